"""The sections: a module each, with `run(effort)`."""
