"""Messages that are no work: automatic replies, spam, and notes that only thank. Each rule would rather miss one."""

from __future__ import annotations

import re
from typing import Literal

Noise = Literal["", "auto_reply", "spam", "thanks"]

# Only at the start of a subject: "The auto-reply is not sent" is a customer's problem.
_AUTO_SUBJECT = re.compile(
    r"""\s*(?:(?:re|aw|sv)\s?:\s*)?(?:(?:automatic|automated|auto)[\s-]?(?:reply|response|antwort)
        |autoreply|out\sof\s(?:the\s)?office
    |ooo|abwesenheits(?:notiz|nachricht|assistent)|abwesend|automatische\s(?:antwort|e-?mail-?antwort)
        |respuesta\sautomática
    |fuera\sde\s(?:la\s)?oficina|réponse\sautomatique|absence\sdu\sbureau
        |absent\sdu\sbureau)\s*(?:[:\-\u2013(\[]|\s(?:bis|until|re|hasta|jusqu)|$)
    |\s*(?:undeliverable(?:\s?:|\s(?:mail|message)\b)|undelivered\smail\b|delivery\sstatus\snotification
        |mail\sdelivery\s(?:failed|subsystem|failure)
    |returned\smail:|failure\snotice$|(?:unzustellbar|nicht\szustellbar|no\sse\spuede\sentregar|non\sremis
        |échec\sde\sremise)\s?:)""",
    re.IGNORECASE | re.VERBOSE,
)
_AWAY = re.compile(
    r"""\b(?:i\s?(?:am|'m|\u2019m|will\sbe)\s(?:currently\s)?(?:out\sof\s(?:the\s)?office|on\s(?:annual\s
        |parental\s|maternity\s)?leave|on\s(?:vacation|holiday)|away\sfrom)
        |ich\sbin\s(?:bis\s.{1,40}\s|derzeit\s|zurzeit\s|momentan\s|aktuell\s
            |vom\s.{1,40}\s)?(?:nicht\sim\s(?:büro|haus)|im\surlaub|abwesend|nicht\serreichbar)
        |(?:estoy|estaré)\s(?:actualmente\s)?(?:fuera\sde\s(?:la\s)?oficina|de\svacaciones|ausente)
        |je\ssuis\s(?:actuellement\s)?(?:absente?|en\scong[ée]s?|en\svacances|hors\sdu\sbureau))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WHEN = re.compile(
    r"""\b(?:(?:until|return(?:ing)?(?:\sto\sthe\soffice)?(?:\son)?|back\s(?:on|in))\b.{1,40}\d|(?:bis|ab
        |zurück)\s.{0,30}\d|(?:hasta|vuelvo|regreso)\s.{0,30}\d
        |(?:jusqu['\u2019]au|de\sretour)\s.{0,30}\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_INSTEAD = re.compile(
    r"""\b(?:(?:urgent|emergency)\b.{0,60}\b(?:contact|call|e-?mail|reach)
        |limited\saccess\sto\s(?:my\s)?e-?mail|will\s(?:reply|respond|get\sback)\b.{0,40}\breturn
        |(?:dringend\w*)\b.{0,80}\b(?:wenden|kontaktieren|erreichen)|(?:nicht|wird)\sweitergeleitet
            |urgente?s?\b.{0,60}\b(?:contact|llam|diríj|escrib)
        |urgen\w+\b.{0,60}\b(?:contacte[rz]|joindre|adresse[rz]))""",
    re.IGNORECASE | re.VERBOSE,
)
_AUTOMATIC = re.compile(
    r"""\b(?:this\sis\san\sauto(?:matic(?:ally)?|mated)\b.{0,30}\b(?:reply|response|message|e-?mail)
        |automatically\sgenerated\s(?:reply|response|e-?mail|message)
        |do\snot\sreply\sto\sthis|automatisch\s(?:generierte|erstellte)\b
            |respuesta\s(?:generada\s)?automática|réponse\sautomatique|auto-submitted:)""",
    re.IGNORECASE | re.VERBOSE,
)
_POLITE = re.compile(
    r"""\b(?:we\shave\sreceived\syour\s(?:message|request|e-?mail)|thank\syou\sfor\s(?:your\s(?:message
        |e-?mail)|contacting)|(?:vielen\s)?dank\sfür\sihre\s(?:nachricht|e-?mail|mail)
        |gracias\spor\s(?:su|tu)\s(?:mensaje|correo)|merci\spour\svotre\s(?:message|mail|courriel))""",
    re.IGNORECASE | re.VERBOSE,
)
_BOUNCED = re.compile(
    r"""\b(?:could\snot\sbe\sdelivered|delivery\s(?:has\sfailed|to\sthe\sfollowing)|konnte\snicht\szugestellt
    |no\spudo\s(?:ser\s)?entrega|n['\u2019]a\spas\spu\sêtre\s(?:remis|délivré))""",
    re.IGNORECASE | re.VERBOSE,
)
_SMTP = re.compile(
    r"""\b(?:address\snot\sfound|user\sunknown|mailbox\s(?:is\s)?full|5\d\d[ -]5\.\d\.\d+)""",
    re.IGNORECASE | re.VERBOSE,
)

_SPAM = tuple(
    (weight, re.compile(pattern, re.IGNORECASE | re.VERBOSE))
    for weight, pattern in (
        (
            2,
            r"""\b(?:first\spage|top|page\s(?:one|1)|rank(?:ing)?s?)\b.{0,30}\b(?:of|on|in)\sgoogle
            |\bseo\s(?:services?|audit|package|expert|agency|proposal)""",
        ),
        (
            2,
            r"""\b(?:back-?links?|guest\s(?:post|blog)(?:ing|s)?|link\s(?:building|exchange|insertion)
            |domain\sauthority|dofollow)\b""",
        ),
        (
            2,
            r"""\b(?:online\s)?casinos?\b.{0,60}\b(?:bonus|free\sspins|deposit|win|jackpot)""",
        ),
        (1, r"""\bfree\sspins\b|\bbetting\stips\b"""),
        (3, r"""\b(?:viagra|cialis|levitra|penis|hot\ssingles|male\senhancement)\b"""),
        (
            3,
            r"""\b(?:next\sof\skin|inheritance\sfund|lottery\swinner|you\shave\swon\s(?:a|the|\$|€|£|usd)
            |atm\scard\sworth|million\s(?:us\s)?dollars?\b.{0,80}\b(?:bank|fund|transfer))""",
        ),
        (
            3,
            r"""\b(?:bitcoin|crypto\w*|forex|trading)\b.{0,80}\b(?:guaranteed|double\syour|profits?\sdaily
            |passive\sincome|returns\sof\s\d+)""",
        ),
        (
            2,
            r"""\b(?:b2b|business|targeted|verified)\s(?:contacts?|e-?mail|leads?)\s(?:lists?|databases?
            |data)\b|\blead\sgeneration\s(?:services?|agency|company)""",
        ),
        (
            2,
            r"""\b(?:web(?:site)?|app|logo|mobile\sapp)\s(?:re-?)?(?:design|development)\s(?:services?
            |company|agency|packages?)\b|\bexplainer\svideos?\b""",
        ),
        (
            2,
            r"""\b(?:came\sacross|visited|was\s(?:on|looking\sat)|found|reviewed)\syour\s(?:web\s?site|site
            |blog)\b""",
        ),
        (
            2,
            r"""\b(?:business|personal|quick|instant)\sloans?\b.{0,80}\b(?:interest|approved|apply|rate
            |offer)""",
        ),
        (
            1,
            r"""\b(?:special|exclusive|limited(?:-time)?|one-time)\s(?:offer|discount|deal)\b""",
        ),
        (
            1,
            r"""\bact\snow\b|\bclick\shere\b|\b100\s?%\sfree\b|\brisk[\s-]free\b""",
        ),
        (1, r"""\b(?:unsubscribe|opt[\s-]out|remove\sme\sfrom)\b"""),
        (
            1,
            r"""\b(?:our\sprices?\s(?:start|list)|affordable\sprice|competitive\s(?:price|rate)s?
            |free\s(?:quote|audit|consultation|proposal|quotation))\b""",
        ),
        (
            1,
            r"""\b(?:we\sare\sa\sleading|i\srepresent|we\soffer|our\sservices\sinclude
            |our\steam\sof\sexperts|increase\syour\s(?:traffic|sales|revenue|ranking))\b""",
        ),
        (
            1,
            r"""\b(?:interested\?|shall\sI\ssend|are\syou\sthe\sright\sperson|schedule\sa\s(?:quick\s)?call
            |15[\s-]minute\scall)""",
        ),
    )
)
_CUSTOMER = re.compile(
    r"""\b(?:my|our|mein\w*|unser\w*|mi|nuestr\w+|mon|ma|notre)\s(?:\w+\s)?(?:account|order|invoice|bill
        |subscription|plan|login|password|refund|payment
    |booking|ticket|konto|rechnung|bestellung|cuenta|factura|pedido|compte|facture|commande)\b
    |\b(?:error|doesn['\u2019]?t\swork|not\sworking|broken|refund\sme|cancel\smy|can['\u2019]?t\slog
        |unable\sto)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AWAY_ENOUGH = 2
_SPAM_ENOUGH = 4

_THANKS = re.compile(
    r"""\b(?:thanks?|thank\syou|thx|ty|cheers|danke\w*|vielen\sdank|dank|gracias|merci|appreciate)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DONE = re.compile(
    r"""\b(?:(?:that|this|it|everything|all)(?:['\u2019]s|\sis)?\s(?:has\sbeen\s|been\s|now\s
        |all\s)*(?:solved|sorted|fixed|resolved|working|works|worked|fine|good|did\s(?:it|the\strick)
        |helped|done)
    |(?:works|working|worked)\s(?:now|again|perfectly|fine|like)|problem\s(?:is\s)?(?:solved|fixed|resolved
        |gone|gelöst)|(?:solved|fixed|resolved|sorted)\b|can\s(?:be\s)?close
    |(?:hat\s|es\s|jetzt\s|wieder\s)+(?:funktioniert|geklappt|geht|gelöst|erledigt)|funktioniert\s(?:jetzt
        |wieder|nun)|erledigt|ya\s(?:funciona|está)|solucionado|resuelto
    |ça\s(?:marche|fonctionne)|c['\u2019]est\s(?:bon|réglé|résolu)|résolu|réglé)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_MORE = re.compile(
    r"""\?|\b(?:but|however|although|except|still|yet|another|also|additionally|unfortunately|please
        |can\syou|could\syou|would\syou|i\s(?:need|want)|not|\w+n['\u2019]t|cannot|error|problem\swith
    |in\sadvance|cancel\w*|refund\w*|bye|leaving|kündig\w*|stornier\w*|cancel\w+|résili\w*|annul\w*|question|issue\swith|again\s(?:today|broken)|aber|noch|leider|jedoch|außerdem|bitte|nicht
        |kein\w*|im\svoraus|vorab|frage|pero|sin\sembargo|todavía|aún|también
    |por\sfavor|no|antemano|pregunta|mais|cependant|encore|toujours|aussi|s['\u2019]il\svous|pas
        |d['\u2019]avance|when|how|wann|wie|cuándo|cómo|quand|comment)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_MORE = re.compile(
    r"""\b(?:no\s(?:more|further|other)?\s?(?:questions?|issues?|problems?|help\sneeded)
        |no\slonger\s(?:needed|an?\sissue)|not\sneeded\sany\s?more|keine\s(?:weiteren\s)?fragen
    |(?:please|bitte|you\scan|can\sbe|you\smay)\s(?:go\sahead\sand\s)?close[d]?\b|please\sclose
        |bitte\sschließen|thanks\sagain)""",
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST_THANKS = 300
_MOST_OTHER_WORDS = 9


def noise_of(subject: str, body: str, *, answers: bool) -> Noise:
    """Tells what kind of noise a message is, or ``""`` for work.

    Args:
        subject: As it came, without marks of the help desk.
        body: What the writer wrote, closing included, without quoted mail.
        answers: Whether the subject says that this is a reply, so that it is an older mail's and not this one's.
    """
    if _is_auto_reply(subject, body):
        return "auto_reply"
    if _is_thanks("" if answers else subject, body):
        return "thanks"
    return "spam" if _is_spam(f"{subject}\n{body}") else ""


def _is_auto_reply(subject: str, body: str) -> bool:
    if _AUTO_SUBJECT.match(subject):
        return True
    if _CUSTOMER.search(body):
        return False  # "I am on leave until 3 May, please pause my subscription"
    automatic, polite, instead = (bool(rule.search(body)) for rule in (_AUTOMATIC, _POLITE, _INSTEAD))
    if automatic and (polite or instead):
        return True
    if _AWAY.search(body) and automatic + polite + instead + bool(_WHEN.search(body)) >= _AWAY_ENOUGH:
        return True
    return bool(_BOUNCED.search(body) and _SMTP.search(body))


def _is_spam(text: str) -> bool:
    score = sum(weight for weight, pattern in _SPAM if pattern.search(text))
    return score >= _SPAM_ENOUGH + (2 if _CUSTOMER.search(text) else 0)


def _is_thanks(subject: str, body: str) -> bool:
    text = f"{subject}\n{body}".strip()
    if len(text) > _LONGEST_THANKS or not (_THANKS.search(text) or _DONE.search(text)):
        return False
    if subject and not (_THANKS.search(subject) or _DONE.search(subject)):
        return False
    rest = _NOT_MORE.sub(" ", text)
    if _MORE.search(rest):
        return False
    # Whatever else is said must be little: "Thanks, Ana, that was it" and no story.
    other = re.findall(r"\w+", _DONE.sub(" ", _THANKS.sub(" ", rest)))
    return len(other) <= _MOST_OTHER_WORDS
