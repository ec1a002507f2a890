"""Words that are each other's opposites."""

from __future__ import annotations

_AXES = """
    rise rises rose risen rising raise raised increase increases increased increasing grow grew grown climb climbed
        | fall falls fell fallen falling lower lowered decrease decreases decreased shrink shrank drop dropped
    gain gains gained win wins won winning winner winners victory victories
        | lose loses lost losing loser losers defeat defeats defeated
    succeed succeeds succeeded success successful | fail fails failed failure unsuccessful
    survive survives survived alive survivors | die dies died dead killed
    attack attacks attacked attacking | defend defends defended defending
    build built create created creates | demolish demolished destroy destroyed destroys
    arrest arrested arrests capture captured jailed | release released releases free freed
    open opens opened opening | close closes closed closing shut
    begin begins began begun beginning start starts started starting launch launched
        | end ends ended ending stop stops stopped finish finished
    resume resumes resumed continue continued | suspend suspends suspended halt halted
    renew renewed extend extended | expire expires expired lapse lapsed
    restore restored | sever severed
    appear appeared appears | disappear disappeared disappears vanish vanished
    arrive arrives arrived arrival enter enters entered join joins joined
        | leave leaves left departure quit exit depart departed withdraw withdrew withdrawn
    stay stayed remain remains remained | leave leaves left quit withdraw withdrew withdrawn
    hire hired appoint appointed | fire fired dismiss dismissed
    accept accepts accepted approve approves approved | reject rejects rejected refuse refused
    agree agreed agrees | disagree disagreed disagrees
    allow allows allowed permit permits permitted | ban bans banned forbid forbidden prohibit prohibited prevent
        prevented barred
    support supports supported supporter supporters | oppose opposes opposed opponent opponents
    admit admits admitted claim claims claimed confirm confirms confirmed | deny denies denied
    include includes included | exclude excludes excluded
    import imports imported | export exports exported
    buy buys bought buyer | sell sells sold seller
    lift lifts lifted ease eased | impose imposes imposed tighten tightened
    advance advanced | retreat retreated

    more most majority maximum | less least minority minimum
    high higher highest | low lower lowest
    large larger largest big bigger biggest | small smaller smallest
    long longer longest | short shorter shortest
    old older oldest | young younger youngest new newer newest
    early earlier earliest | late later latest
    strong stronger strongest | weak weaker weakest
    good better best | bad worse worst
    rich richer richest | poor poorer poorest
    fast faster fastest | slow slower slowest
    full | empty
    heavy heavier heaviest | light lighter lightest
    common | rare
    major | minor
    always | never
    similar same | different
    before | after
    first | last
    above upper top | below lower bottom
    inside internal domestic | outside external foreign
    north northern | south southern
    east eastern | west western
    public | private
    direct | indirect
    permanent | temporary
    legal | illegal
    peace | war
    ally allies friend friends friendly | enemy enemies hostile
    male man men king husband father son | female woman women queen wife mother daughter
    parent parents ancestor ancestors father mother | child children descendant descendants son daughter
    guilty convicted | innocent acquitted
"""

Side = frozenset[str]


def _read() -> tuple[tuple[Side, Side], ...]:
    joined = _AXES.replace("\n        ", " ")
    sides = [line.split("|") for line in joined.splitlines() if line.strip()]
    return tuple((frozenset(one.split()), frozenset(other.split())) for one, other in sides)


AXES: tuple[tuple[Side, Side], ...] = _read()
"""Pairs of groups: each word of one is an opposite of each of the other."""
