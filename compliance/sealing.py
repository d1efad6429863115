"""When a year's entries are sealed: the superior has assessed the branch for it.

The result of the assessment decides on officers' appraisal, reward and promotion (四(二):
「作为对干部的业绩评定、奖惩、选拔任用的重要依据」), and each level answers to the one above (一:
「一级抓一级,一级对一级负责」). So what it rests on is the superior's to change, not the branch's.
"""

from datetime import date


def is_sealed(year: int, assessed_on: date, grace_ends: date, today: date) -> bool:
    """Tell whether a year that was assessed on a day is sealed today.

    ``grace_ends`` is the last day on which what was done in the year may still be entered in time:
    until then an assessment made before the year was over, which is a provisional one, leaves the
    year open. One that was made afterwards seals at once. A year that still runs is never sealed.
    """
    if today.year <= year:
        return False
    return assessed_on.year > year or today > grace_ends
