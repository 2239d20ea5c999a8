module sparkchat.example/logged

go 1.19
