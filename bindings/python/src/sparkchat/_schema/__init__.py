"""Types of Python as JSON schemas, and the JSON of a model as values of these types."""
