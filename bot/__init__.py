"""The running program: command line, wiring, inbox, outbox, clock, sandbox."""
