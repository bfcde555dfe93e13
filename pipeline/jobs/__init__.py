"""Work handed out: what a job is, how it is done in this process, and how it goes over PostgreSQL to workers."""
