"""pygls 2.1 with its faults mended, for any language server; knows nothing of what a server does.

What is mended, where:

- framing: header names in any case, bare line feeds, a limit on lengths, sync that comes back
- messages: malformed input is answered; data that looks like a message stays data
- incoming: cancelling reaches commands; requests out of turn, wrong parameters and failing
  handlers are answered, without traceback; nothing pops up; nothing is kept of what is over
- outgoing: late and malformed replies; a request given up is withdrawn
- documents, positions: lines as editors cut them, at a cost that does not grow with the file; three
  encodings, clamped as the protocol says
- builtin_methods: the methods that every server has, on parameters as JSON has them
- typed, quick_params: parameters are structured for a handler alone, those that come all the time
  without the converter; a handler may take JSON (`skip_structuring`)
- lean_types: lsprotocol's classes in half the time
- outbox, sockets: a client that does not read blocks nothing; a second client is turned away
- pacing: a gap after each reply, for a client that loses what it reads behind one
- lifetime, leaving, stdio: exit codes, signals, the client's process, threads that would not end
- progress: tokens end with the work
- greeting: `initialize` is answered before the rest is imported

`server.MendedServer` is pygls' `LanguageServer`, and `protocol.MendedProtocol` its protocol. Importing
this package imports neither: the greeting must not pay for the rest.
"""
