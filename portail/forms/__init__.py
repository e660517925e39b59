"""What people type or send, read and checked before an act sees it; sentences in French."""
