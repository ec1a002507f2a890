"""What makes the chat one that stays open on a desk.

- `owners`, `conversation_list` - whose conversations are whose, and the list of them
- `offered_questions` - what is offered to be asked
- `finding` - full-text search beside the chat
- `settings` - what is chosen in the page; `watching` - questions that are asked again
"""
