"""A claim that has ended stays counted in the kecamatan in which it ended, wherever its house turns out to stand.

So the digest of a kecamatan knows exactly which claims ended there. Those that moved with their house before stay where
they are: digests tell what happened from one to the next.
"""

from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_OVER = 5  # storage.claims.Turn: the claim holds no house
_INTO = "INSERT INTO claim_tally (kecamatan_code, partner_id, state, turn, claims, physical, financial, overdue) "


def _sqlite(which: str) -> None:
    def moved(code: str, sign: str) -> str:
        return f"{_INTO}SELECT {code}, partner_id, state, turn, {sign}1, {sign}physical, {sign}financial, " \
               f"{sign}(expires_at IS NOT NULL) FROM claim WHERE house_id = NEW.id{which};"

    op.execute("DROP TRIGGER house_tally_place")
    op.execute("CREATE TRIGGER house_tally_place AFTER UPDATE OF kecamatan_code ON house "
               "WHEN OLD.kecamatan_code <> NEW.kecamatan_code "
               f"BEGIN {moved('OLD.kecamatan_code', '-')}{moved('NEW.kecamatan_code', '')} END")


def _postgres(which: str) -> None:
    def house(table: str, other: str, sign: str) -> str:
        came = "0, count(*)" if sign == "-" else "count(*), 0"
        differ = " OR ".join(f"stale.{name} IS DISTINCT FROM fresh.{name}"
                             for name in ("kelurahan_code", "state", "estimate"))
        return f"INSERT INTO house_tally (kelurahan_code, state, other, came, went, cost) " \
               f"SELECT {table}.kelurahan_code, {table}.state, {other}.state, {came}, " \
               f"{sign}sum(coalesce({table}.estimate, 0)) FROM stale JOIN fresh USING (id) WHERE {differ} GROUP BY 1, 2, 3"

    def moved(table: str, sign: str) -> str:
        return f"{_INTO}SELECT {table}.kecamatan_code, claim.partner_id, claim.state, claim.turn, {sign}count(*), " \
               f"{sign}sum(claim.physical), {sign}sum(claim.financial), {sign}count(claim.expires_at) " \
               "FROM stale JOIN fresh USING (id) JOIN claim ON claim.house_id = fresh.id " \
               f"WHERE stale.kecamatan_code <> fresh.kecamatan_code{which} GROUP BY 1, 2, 3, 4"

    statements = [house("stale", "fresh", "-"), house("fresh", "stale", ""), moved("stale", "-"), moved("fresh", "")]
    op.execute("CREATE OR REPLACE FUNCTION house_tally_update() RETURNS trigger LANGUAGE plpgsql AS "
               f"$$ BEGIN {'; '.join(statements)}; RETURN NULL; END $$")


def _follow(which: str) -> None:
    (_sqlite if op.get_bind().dialect.name == "sqlite" else _postgres)(which)


def upgrade() -> None:
    _follow(f" AND claim.turn <> {_OVER}")


def downgrade() -> None:
    _follow("")
