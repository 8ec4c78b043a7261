-- The baseline of `kpi.evaluation.evaluate`: what came, for all clients, and nothing else. No
-- expectation, no rule, no evaluation or flag written.

-- Calls by day over the half year that the charts run through.
SELECT client_id, day, count(*), count(*) FILTER (WHERE is_unique_target)
FROM kpi_call
WHERE day BETWEEN %(day)s::date - 181 AND %(day)s AND evidence IS NOT NULL AND status <> 'spam'
GROUP BY client_id, day;

-- Growth of the month so far: each own page's first and last reading.
SELECT snapshot.profile_id, count(followers), sum(joined), sum("left"),
    (array_agg(followers ORDER BY date))[1], (array_agg(followers ORDER BY date DESC))[1]
FROM kpi_profilesnapshot snapshot
JOIN communities_profile profile ON profile.id = snapshot.profile_id AND profile.relation = 'own'
WHERE date BETWEEN date_trunc('month', %(day)s::date)::date - 1 AND %(day)s
GROUP BY snapshot.profile_id;

-- Engagement of the posts of thirty days by each one's latest reading, and the subscribers.
SELECT post.profile_id, count(*), sum(latest.total)
FROM communities_wallpost post
JOIN communities_profile profile ON profile.id = post.profile_id AND profile.relation = 'own'
CROSS JOIN LATERAL (
    SELECT coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) AS total
    FROM kpi_postsnapshot WHERE wall_post_id = post.id AND slot <= %(day)s::date + 1
    ORDER BY slot DESC, hour DESC LIMIT 1
) latest
WHERE post.posted_at >= %(day)s::date - 29 AND post.posted_at < %(day)s::date + 1
GROUP BY post.profile_id;

SELECT snapshot.profile_id, avg(followers)
FROM kpi_profilesnapshot snapshot
JOIN communities_profile profile ON profile.id = snapshot.profile_id AND profile.relation = 'own'
WHERE date BETWEEN %(day)s::date - 29 AND %(day)s
GROUP BY snapshot.profile_id;

-- The chart of growth: subscribers of own pages day by day over three months.
SELECT snapshot.profile_id, array_agg(date ORDER BY date), array_agg(followers ORDER BY date)
FROM kpi_profilesnapshot snapshot
JOIN communities_profile profile ON profile.id = snapshot.profile_id AND profile.relation = 'own'
WHERE date BETWEEN %(day)s::date - 90 AND %(day)s AND followers IS NOT NULL
GROUP BY snapshot.profile_id;

-- The chart of ER: the engagement of each post of a month by the subscribers of its day.
SELECT post.profile_id, array_agg(latest.total / level.followers::float8 ORDER BY post.posted_at)
FROM communities_wallpost post
JOIN communities_profile profile ON profile.id = post.profile_id AND profile.relation = 'own'
CROSS JOIN LATERAL (
    SELECT coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) AS total
    FROM kpi_postsnapshot WHERE wall_post_id = post.id AND slot <= %(day)s::date + 1
    ORDER BY slot DESC, hour DESC LIMIT 1
) latest
JOIN kpi_profilesnapshot level
    ON level.profile_id = post.profile_id AND level.date = post.posted_at::date
WHERE post.posted_at >= %(day)s::date - 29 AND post.posted_at < %(day)s::date + 1
    AND level.followers > 0
GROUP BY post.profile_id;
