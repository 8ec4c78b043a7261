-- The baseline of `kpi.snapshots.store_profile_snapshots`: the rows as one ready block of text,
-- COPY into a temporary table, INSERT … ON CONFLICT into the same table. Nothing is checked, no
-- correction is kept. COPY gets its rows from bench/upsert.py.
CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
SELECT client_id, profile_id, date, reading, read_at, followers, joined, "left", posts, views,
    likes, comments, shares
FROM kpi_profilesnapshot WITH NO DATA;

COPY incoming FROM STDIN WITH (NULL 'None');

INSERT INTO kpi_profilesnapshot AS stored (client_id, profile_id, date, reading, read_at, followers,
    joined, "left", posts, views, likes, comments, shares)
SELECT * FROM incoming
ON CONFLICT (profile_id, date) DO UPDATE SET
    reading = excluded.reading, read_at = excluded.read_at, followers = excluded.followers,
    joined = excluded.joined, "left" = excluded."left", posts = excluded.posts,
    views = excluded.views, likes = excluded.likes, comments = excluded.comments,
    shares = excluded.shares
WHERE (stored.followers, stored.joined, stored."left", stored.posts, stored.views, stored.likes,
        stored.comments, stored.shares)
    IS DISTINCT FROM (excluded.followers, excluded.joined, excluded."left", excluded.posts,
        excluded.views, excluded.likes, excluded.comments, excluded.shares);
