"""What keeps a team in touch with its users: the pro forma, invitations, the agenda."""
