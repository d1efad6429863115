"""What is kept about whoever asks: shown, taken out, let go of."""
