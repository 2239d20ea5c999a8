"""What the tests of the C interface share."""
