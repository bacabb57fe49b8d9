-- People who are not removed, by name: a late page of their list passes over the others in
-- the index, and reads none of their rows.
CREATE INDEX profile_living_by_name ON profile (side, name COLLATE NOCASE, id) WHERE removed_at IS NULL;
