"""What is tried: a module each, with `run(effort)`."""
