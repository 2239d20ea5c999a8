"""Code that clients and streams share: settings, exchanges, batches, event loops."""
