"""Registering a house (/daftar), correcting a returned one, and what became of its photos."""
