"""How a question is put: messages and options made into a request of the library."""
