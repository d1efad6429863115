"""The roster in the chat: who is on it, one person's card, and every change of it."""
