"""Readers of documents: each turns bytes into lines of text and knows one library; `attachments.py` chooses."""
