module sparkchat.example/answer

go 1.19
