"""What clients and streams have in common: settings, exchanges, batches, event loops."""
