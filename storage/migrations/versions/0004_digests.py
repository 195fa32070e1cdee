"""Several digests a group, running totals, the scoreboard, personal digests, visits.

The schedules' table is made anew: SQLite can neither change a CHECK nor drop a UNIQUE, and nothing refers to it.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
_TIME = sqlmodel.sql.sqltypes.UTCDateTime


def _text(length: int) -> sa.types.TypeEngine:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _id() -> sa.Column:
    return sa.Column('id', _KEY, autoincrement=True, nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f'fk_{table}_{column}'))


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}'))


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


# --- schedules ---

def _schedules(rows: list[dict], rhythms: tuple[str, ...], columns: list[sa.Column], *rules: sa.Constraint) -> None:
    op.drop_table('schedule')
    made = op.create_table(
        'schedule',
        _id(),
        sa.Column('group_id', _KEY, nullable=False),
        sa.Column('rhythm', _enum('rhythm', *rhythms), nullable=False),
        sa.Column('hour', sa.Integer(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('since', _TIME(), nullable=False),
        *columns,
        _refers('schedule', 'group_id', 'chat_group.id'), _key('schedule'), *rules,
        sqlite_autoincrement=True,
    )
    if rows:
        op.bulk_insert(made, rows)
        if not _sqlite():
            op.execute("SELECT setval(pg_get_serial_sequence('schedule', 'id'), (SELECT max(id) FROM schedule))")


def _rows(columns: str) -> list[dict]:
    query = sa.text(f"SELECT id, group_id, rhythm, hour, active, since, {columns} FROM schedule ORDER BY id")
    kinds = {"since": _TIME(), "active": sa.Boolean()}
    return [dict(row) for row in op.get_bind().execute(query.columns(**kinds)).mappings()]


def _several_schedules() -> None:
    rows = _rows("weekday")
    _schedules(
        [row | {"weekdays": 1 << row.pop("weekday"), "month_day": 1, "quiet": 0, "off": [], "picture": True}
         for row in rows],
        ('daily', 'weekly', 'monthly', 'quarterly'),
        [
            sa.Column('weekdays', sa.Integer(), nullable=False),
            sa.Column('month_day', sa.Integer(), nullable=False),
            sa.Column('quiet', sa.Integer(), nullable=False),
            sa.Column('paused_until', sa.Date(), nullable=True),
            sa.Column('topic_id', sa.BigInteger(), nullable=True),
            sa.Column('topic', _text(128), nullable=True),
            sa.Column('locale', _text(8), nullable=True),
            sa.Column('kecamatan_code', _text(8), nullable=True),
            sa.Column('off', sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
            sa.Column('picture', sa.Boolean(), nullable=False),
        ],
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23 AND weekdays BETWEEN 1 AND 127 AND month_day BETWEEN 1 AND 31"
            " AND quiet BETWEEN 0 AND 126", name=op.f('ck_schedule_when')),
        _refers('schedule', 'kecamatan_code', 'kecamatan.code'),
    )
    op.create_index(op.f('ix_schedule_group_id'), 'schedule', ['group_id'])
    op.execute("UPDATE digest_run SET kind = 's' || (SELECT id FROM schedule "
               "WHERE schedule.group_id = digest_run.group_id) "
               "WHERE group_id IN (SELECT group_id FROM schedule)")
    op.execute("ALTER TABLE digest_run ADD COLUMN kecamatan_code VARCHAR(8) "
               "CONSTRAINT fk_digest_run_kecamatan_code REFERENCES kecamatan (code)")
    # Those that were made before a walk down and up again say of which kecamatan they are.
    area = "json_extract(numbers, '$.area')" if _sqlite() else "numbers ->> 'area'"
    op.execute(f"UPDATE digest_run SET kecamatan_code = {area} WHERE {area} IN (SELECT code FROM kecamatan)")
    op.create_index(op.f('ix_digest_run_local_date'), 'digest_run', ['local_date'])


def _one_schedule() -> None:
    """The version before knows one digest a group, daily or on one weekday: the first of each group goes on."""
    op.drop_index(op.f('ix_digest_run_local_date'), 'digest_run')
    op.execute("DELETE FROM digest_run WHERE kecamatan_code IS NOT NULL AND EXISTS (SELECT 1 FROM digest_run AS city "
               "WHERE city.group_id = digest_run.group_id AND city.local_date = digest_run.local_date "
               "AND city.kecamatan_code IS NULL)")
    op.execute("ALTER TABLE digest_run DROP COLUMN kecamatan_code")
    first, seen = [], set()
    for row in _rows("weekdays"):
        days = row.pop("weekdays")
        if row["group_id"] not in seen:
            seen.add(row["group_id"])
            rhythm = row["rhythm"] if row["rhythm"] == "daily" else "weekly"
            first.append(row | {"rhythm": rhythm, "weekday": (days & -days).bit_length() - 1})
    # One of each date stays: the city's, where there is one.
    op.execute("DELETE FROM digest_run WHERE id NOT IN "
               "(SELECT min(id) FROM digest_run GROUP BY group_id, local_date)")
    op.execute("UPDATE digest_run SET kind = 'digest'")
    op.drop_index(op.f('ix_schedule_group_id'), 'schedule')
    _schedules(
        first, ('daily', 'weekly'), [sa.Column('weekday', sa.Integer(), nullable=False)],
        sa.CheckConstraint('hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6', name=op.f('ck_schedule_when')),
        sa.UniqueConstraint('group_id', name=op.f('uq_schedule_group_id')),
    )


# --- running totals ---

_HOUSE_KEYS = ("kelurahan_code", "state", "estimate")
_CLAIM_KEYS = ("partner_id", "state", "turn", "physical", "financial")
_HOUSE = "INSERT INTO house_tally (kelurahan_code, state, other, came, went, cost) "
_CLAIM = ("INSERT INTO claim_tally (kecamatan_code, partner_id, state, turn, claims, physical, financial, overdue) ")


def _changed(names: tuple[str, ...], old: str, new: str) -> str:
    return " OR ".join(f"{old}.{name} IS DISTINCT FROM {new}.{name}" for name in names)


def _tallies() -> None:
    op.create_table(
        'house_tally', _id(),
        sa.Column('kelurahan_code', _text(13), nullable=False),
        sa.Column('state', _text(24), nullable=False),
        sa.Column('other', _text(24), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ('came', 'went', 'cost')),
        _key('house_tally'), sqlite_autoincrement=True,
    )
    op.create_table(
        'claim_tally', _id(),
        sa.Column('kecamatan_code', _text(8), nullable=False),
        sa.Column('partner_id', sa.BigInteger(), nullable=False),
        sa.Column('state', _text(24), nullable=False),
        sa.Column('turn', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ('claims', 'physical', 'financial', 'overdue')),
        _key('claim_tally'), sqlite_autoincrement=True,
    )
    # What is there already came from nowhere: how it went through its stages was not counted.
    op.execute(_HOUSE + "SELECT kelurahan_code, state, 'none', count(*), 0, sum(coalesce(estimate, 0)) FROM house "
               "GROUP BY kelurahan_code, state")
    op.execute(_CLAIM + "SELECT house.kecamatan_code, partner_id, claim.state, turn, count(*), sum(physical), "
               "sum(financial), count(expires_at) FROM claim JOIN house ON house.id = claim.house_id "
               "GROUP BY house.kecamatan_code, partner_id, claim.state, turn")
    _triggers_sqlite() if _sqlite() else _triggers_postgres()


def _triggers_sqlite() -> None:
    """Row by row; SQLite knows no others."""
    def house(row: str, other: str, sign: str) -> str:
        moves = "0, 1" if sign == "-" else "1, 0"
        return f"{_HOUSE}VALUES ({row}.kelurahan_code, {row}.state, {other}, {moves}, " \
               f"{sign}coalesce({row}.estimate, 0));"

    def claim(row: str, sign: str, kecamatan: str | None = None) -> str:
        place = kecamatan or f"(SELECT kecamatan_code FROM house WHERE id = {row}.house_id)"
        return f"{_CLAIM}VALUES ({place}, {row}.partner_id, {row}.state, {row}.turn, {sign}1, {sign}{row}.physical, " \
               f"{sign}{row}.financial, {sign}({row}.expires_at IS NOT NULL));"

    def moved(code: str, sign: str) -> str:
        return f"{_CLAIM}SELECT {code}, partner_id, state, turn, {sign}1, {sign}physical, {sign}financial, " \
               f"{sign}(expires_at IS NOT NULL) FROM claim WHERE house_id = NEW.id;"

    late = "(OLD.expires_at IS NULL) <> (NEW.expires_at IS NULL)"
    for name, when, then in (
        ("house_tally_insert", "AFTER INSERT ON house", house("NEW", "'none'", "")),
        ("house_tally_delete", "AFTER DELETE ON house", house("OLD", "'none'", "-")),
        ("house_tally_update", f"AFTER UPDATE OF {', '.join(_HOUSE_KEYS)} ON house "
                               f"WHEN {_changed(_HOUSE_KEYS, 'OLD', 'NEW')}",
         house("OLD", "NEW.state", "-") + house("NEW", "OLD.state", "")),
        ("house_tally_place", "AFTER UPDATE OF kecamatan_code ON house WHEN OLD.kecamatan_code <> NEW.kecamatan_code",
         moved("OLD.kecamatan_code", "-") + moved("NEW.kecamatan_code", "")),
        ("claim_tally_insert", "AFTER INSERT ON claim", claim("NEW", "")),
        ("claim_tally_delete", "AFTER DELETE ON claim", claim("OLD", "-")),
        ("claim_tally_update", f"AFTER UPDATE OF {', '.join(_CLAIM_KEYS)}, expires_at ON claim "
                               f"WHEN {_changed(_CLAIM_KEYS, 'OLD', 'NEW')} OR {late}",
         claim("OLD", "-") + claim("NEW", "")),
    ):
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN {then} END")


def _triggers_postgres() -> None:
    """A statement at a time: a basket of 158 houses writes a line or two."""
    def house(rows: str, table: str, other: str, sign: str) -> str:
        came = "0, count(*)" if sign == "-" else "count(*), 0"
        return f"SELECT {table}.kelurahan_code, {table}.state, {other}, {came}, " \
               f"{sign}sum(coalesce({table}.estimate, 0)) FROM {rows} GROUP BY 1, 2, 3"

    def claim(rows: str, table: str, sign: str, place: str = "house.kecamatan_code") -> str:
        return f"SELECT {place}, {table}.partner_id, {table}.state, {table}.turn, {sign}count(*), " \
               f"{sign}sum({table}.physical), {sign}sum({table}.financial), {sign}count({table}.expires_at) " \
               f"FROM {rows} GROUP BY 1, 2, 3, 4"

    both_houses = f"stale JOIN fresh USING (id) WHERE {_changed(_HOUSE_KEYS, 'stale', 'fresh')}"
    late = "(stale.expires_at IS NULL) <> (fresh.expires_at IS NULL)"
    both_claims = "stale JOIN fresh USING (id) JOIN house ON house.id = fresh.house_id " \
                  f"WHERE {_changed(_CLAIM_KEYS, 'stale', 'fresh')} OR {late}"
    places = "stale JOIN fresh USING (id) JOIN claim ON claim.house_id = fresh.id " \
             "WHERE stale.kecamatan_code <> fresh.kecamatan_code"
    houses = {
        "INSERT": [_HOUSE + house("fresh", "fresh", "'none'", "")],
        "DELETE": [_HOUSE + house("stale", "stale", "'none'", "-")],
        "UPDATE": [
            _HOUSE + house(both_houses, "stale", "fresh.state", "-"),
            _HOUSE + house(both_houses, "fresh", "stale.state", ""),
            _CLAIM + claim(places, "claim", "-", "stale.kecamatan_code"),
            _CLAIM + claim(places, "claim", "", "fresh.kecamatan_code"),
        ],
    }
    claims = {
        "INSERT": [_CLAIM + claim("fresh JOIN house ON house.id = fresh.house_id", "fresh", "")],
        "DELETE": [_CLAIM + claim("stale JOIN house ON house.id = stale.house_id", "stale", "-")],
        "UPDATE": [_CLAIM + claim(both_claims, "stale", "-"), _CLAIM + claim(both_claims, "fresh", "")],
    }
    tables = {"INSERT": "NEW TABLE AS fresh", "DELETE": "OLD TABLE AS stale",
              "UPDATE": "OLD TABLE AS stale NEW TABLE AS fresh"}
    for table, kinds in (("house", houses), ("claim", claims)):
        for verb, statements in kinds.items():
            name = f"{table}_tally_{verb.lower()}"
            op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                       f"$$ BEGIN {'; '.join(statements)}; RETURN NULL; END $$")
            op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} REFERENCING {tables[verb]} "
                       f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()")


def _no_tallies() -> None:
    for table in ("claim", "house"):
        for verb in ("insert", "update", "delete", "place"):
            name = f"{table}_tally_{verb}"
            if _sqlite():
                op.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                op.execute(f"DROP FUNCTION IF EXISTS {name}()")
        op.drop_table(f"{table}_tally")


def upgrade() -> None:
    if not _sqlite():  # a process of the version before may still post and write: what it began is seen here
        op.execute("LOCK TABLE schedule, digest_run IN ACCESS EXCLUSIVE MODE")
        op.execute("LOCK TABLE house, claim IN SHARE ROW EXCLUSIVE MODE")
    _several_schedules()
    _tallies()
    op.create_table(
        'scoreboard', _id(),
        sa.Column('group_id', _KEY, nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('message_id', sa.BigInteger(), nullable=True),
        sa.Column('row_id', _KEY, nullable=True),
        sa.Column('shown', _text(64), nullable=True),
        *(sa.Column(name, _TIME(), nullable=True) for name in ('edited_at', 'looked_at', 'pinned_at', 'refused_at')),
        _refers('scoreboard', 'group_id', 'chat_group.id'), _refers('scoreboard', 'row_id', 'outbox.id'),
        _key('scoreboard'), sa.UniqueConstraint('group_id', name=op.f('uq_scoreboard_group_id')),
        sqlite_autoincrement=True,
    )
    kinds = ('rep', 'surveyor', 'verifier')
    for table, enum, columns, keys in (
        ('personal_run', 'personal_kind', [sa.Column('local_date', sa.Date(), nullable=False),
                                           sa.Column('made_at', _TIME(), nullable=False)],
         ('person_id', 'kind', 'local_date')),
        ('personal_off', 'personal_kind_off', [sa.Column('since', _TIME(), nullable=False)], ('person_id', 'kind')),
    ):
        op.create_table(
            table, _id(), sa.Column('person_id', _KEY, nullable=False),
            sa.Column('kind', _enum(enum, *kinds), nullable=False), *columns,
            _refers(table, 'person_id', 'person.id'), _key(table),
            sa.UniqueConstraint(*keys, name=op.f(f"uq_{table}_{'_'.join(keys)}")),
            sqlite_autoincrement=True,
        )
    op.create_table(
        'visit', _id(),
        sa.Column('kecamatan_code', _text(8), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('place', _text(200), nullable=False),
        sa.Column('made_by', _KEY, nullable=False),
        sa.Column('made_at', _TIME(), nullable=False),
        sa.Column('reminded_at', _TIME(), nullable=True),
        sa.Column('cancelled_at', _TIME(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.CheckConstraint('length(place) > 0', name=op.f('ck_visit_place')),
        _refers('visit', 'kecamatan_code', 'kecamatan.code'), _refers('visit', 'made_by', 'person.id'),
        _key('visit'), sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_visit_day'), 'visit', ['day'])


def downgrade() -> None:
    for table in ('visit', 'personal_off', 'personal_run', 'scoreboard'):
        op.drop_table(table)
    _no_tallies()
    _one_schedule()
