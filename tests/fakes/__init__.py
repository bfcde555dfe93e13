"""Fakes that speak in scenarios, for all tests."""
