"""SQL that tenant tables build on; run by the first migration."""

# Ids tell when a row was made, not how many there are: microseconds since 2025 in the high bits, and below them a
# counter mixed with a hash of the time. The counter makes ids unique even within one microsecond.
NEW_ID = """
CREATE SEQUENCE tenancy_id_seq;
CREATE FUNCTION tenancy_new_id() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT (t << 11) | ((nextval('tenancy_id_seq') # hashint8(t)) & 2047)
    FROM (SELECT ((extract(epoch FROM clock_timestamp()) - 1735689600) * 1000000)::bigint AS t) AS clock
$$;
"""
DROP_NEW_ID = "DROP FUNCTION tenancy_new_id(); DROP SEQUENCE tenancy_id_seq;"

# The same for many rows at once, over a subquery whose column ``clock`` is NEW_CLOCK: a function in SQL and decimal
# arithmetic cost each row four times as much. Double precision tells microseconds apart until 2255.
NEW_CLOCK = "((date_part('epoch', clock_timestamp()) - 1735689600) * 1000000)::bigint"
NEW_IDS = "(clock << 11) | ((nextval('tenancy_id_seq') # hashint8(clock)) & 2047)"
