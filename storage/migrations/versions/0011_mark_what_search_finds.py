"""Mark, beside the words that search looks at, what the queue's filters ask for (PostgreSQL only).

The words alone say nothing of a message's tags, state or month; so a search with a filter had to fetch every message
with the words, or to look each message of the filter up among them. Words and marks stand in one index now, which
gives the messages that have both. The marks follow the message's row, so that a program that knows nothing of them
keeps them right too: whatever changes tags, rules or state gives the row a new version in the same transaction.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

# A mark is a letter and a value: of a tag, a rule, and so on (storage.marks); p0 to p4 are stretches of arrival, each
# eight times as long as the one before, three days the first. No lexeme of a tsvector may be longer than 2,046 bytes.
_MARKS = """
CREATE FUNCTION search_marks(its_number bigint, its_place bigint) RETURNS tsvector LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT array_to_tsvector(array_agg(
      CASE WHEN octet_length(mark) <= 200 THEN mark
           ELSE left(mark, 2) || encode(sha256(convert_to(mark, 'UTF8')), 'hex') END))
    FROM (
      SELECT 't:' || dimension || ':' || value FROM tag WHERE message_id = its_number
      UNION ALL SELECT 'r:' || rule FROM rule_hit WHERE message_id = its_number
      UNION ALL SELECT unnest(ARRAY[
        'a:' || message.account, 'f:' || folder.name, 's:' || state, 'm:' || arrived_month,
        'c:' || floor(confidence * 10)::int, 'n:' || needs_person::int,
        CASE WHEN drawn_check AND NOT needs_person THEN 'x:1' END,
        CASE WHEN disagrees THEN 'd:1' END,
        CASE WHEN flagged_for <> '' THEN 'g:' || flagged_for END])
        FROM message JOIN folder ON folder.id = message.folder_id WHERE message.id = its_number
      UNION ALL SELECT 'p' || level || ':' || (its_place >> (42 + 3 * level)) FROM generate_series(0, 4) AS level
    ) AS found (mark)
    WHERE mark IS NOT NULL
  );
END $$
"""
_ON_SAVING = """
CREATE FUNCTION search_text_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.marks := search_marks(NEW.message_id, NEW.place);
  RETURN NEW;
END $$
"""
_AFTERWARDS = """
CREATE FUNCTION message_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE search_text SET marks = made.marks
    FROM (SELECT place, search_marks(message_id, place) AS marks FROM search_text
           WHERE message_id = NEW.id OFFSET 0) AS made
   WHERE search_text.place = made.place AND search_text.marks IS DISTINCT FROM made.marks;
  RETURN NULL;
END $$
"""
_SAVED = """
CREATE TRIGGER search_text_marked BEFORE INSERT ON search_text FOR EACH ROW EXECUTE FUNCTION search_text_mark()
"""
_FOLLOWED = ("version", "state", "needs_person", "drawn_check", "disagrees", "flagged_for", "confidence")
_CHANGED = """
CREATE CONSTRAINT TRIGGER message_marked AFTER UPDATE ON message DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION message_mark()
"""


def upgrade() -> None:
    """Add marks to all that search finds, and an index of words and marks instead of the one of words alone."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for function in (_MARKS, _ON_SAVING, _AFTERWARDS):
        op.execute(function)
    op.execute("ALTER TABLE search_text ADD COLUMN marks tsvector")
    op.execute("DROP INDEX search_text_words")  # else every row that is marked would be put into it anew
    op.execute("UPDATE search_text SET marks = search_marks(message_id, place)")
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.execute("CREATE INDEX search_text_words ON search_text USING gin (words, marks)")
    op.execute("ANALYZE search_text")
    op.execute(_SAVED)
    old, new = (", ".join(f"{row}.{name}" for name in _FOLLOWED) for row in ("OLD", "NEW"))
    op.execute(_CHANGED.format(old=old, new=new))
