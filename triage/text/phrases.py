"""How mail is wrapped in English, German, Spanish and French; replies and closings also in what the library knows."""

from __future__ import annotations

import re
from functools import cache

from mailparser_reply.constants import MAIL_LANGUAGES

SUBJECT_PREFIX = re.compile(
    r"""\s*(?:(?:(?:re|aw|antw|antwort|sv|fw|fwd|wg|tr|rv|reenv|réf|vs)(?:\s?[\[(]\d+[\])])?\s?:)
    |\[(?:[^\[\]]{0,30}\s)?(?:ticket|case|request|ref|anfrage|caso|demande)?\s?(?:id)?[:\s]?\#?\s?\d[\w-]*\]
    |\[(?:external|extern|externe|externo|spam|caution)\])\s*""",
    re.IGNORECASE | re.VERBOSE,
)
REPLY_PREFIX = re.compile(
    r"\s*(?:\[[^\]]*\]\s*)?(?:re|aw|antw|antwort|sv|réf)(?:\s?[\[(]\d+[\])])?\s?:", re.IGNORECASE
)

FORWARD_PREFIX = re.compile(r"\s*(?:fw|fwd|wg|tr|rv|reenv)\s?:", re.IGNORECASE)

_OWN_INTRODUCTIONS = (
    r"on .{5,250} (?:wrote|writes)\s?:",
    r"am .{5,250} (?:schrieb|hat) .{0,200}:",
    r".{3,250} (?:schrieb am|wrote on|escribió el|a écrit le) .{3,200}:",
    r"el .{5,250} escribi[óo]\s?:",
    r"le .{5,250} a écrit\s?:",
    r"op .{5,250} schreef\b.{0,200}:",
)
_DATED = re.compile(r"@|\d{4}|\d{1,2}[:.h]\d{2}|<")
_LONGEST_INTRODUCTION = 400

SEPARATOR = re.compile(
    r"""[-_=*\s>]*(?:
    (?P<forward>(?:begin\s)?forwarded\smessage(?:\sfollows)?|weitergeleitete\snachricht|mensaje\sreenviado
        |message\stransféré|anfang\sder\sweitergeleiteten\s(?:e-?mail|nachricht)
            |inicio\sdel\smensaje\sreenviado
        |début\sdu\smessage\s(?:réexpédié|transféré))
    |original\smessage|original\sappointment|urspr(?:ü|ue)ngliche\snachricht|originalnachricht
        |mensaje\soriginal
        |message\sd['\u2019]origine|message\soriginal|reply\sabove\sthis\sline)
    [-_=*:\s]*""",
    re.IGNORECASE | re.VERBOSE,
)
HEADER = re.compile(
    r"""[*>\s]*(?:(?P<sender>from|von|de|da)|(?P<date>sent|date|gesendet|datum|enviado(?:\sel)?|fecha
        |envoyé|date\sd['\u2019]envoi)
    |(?P<subject>subject|betreff|asunto|objet)|(?P<to>to|an|para|à|cc|kopie|bcc|reply-to
        |antwort\san))\s?:\*?\s*(?P<value>.*)""",
    re.IGNORECASE | re.VERBOSE,
)
POINTER = re.compile(
    r"""\b(?:fyi|(?:please\s)?(?:see|read|check)?\s?(?:the\s)?(?:mail\s|message\s|e-?mail\s)?below
    |forward(?:ed|ing)(?:\sthis)?|for\syour\sinformation|zur\s(?:info\w*|kenntnis|weiteren\s\w+)
        |z\.?\s?k\.?|(?:siehe\s)?unten|s\.\s?u\.
    |(?:ver\s)?(?:más\s)?abajo|reenví\w+|para\s(?:su|tu)\sinformación|pour\sinfo\w*|(?:voir\s)?ci-dessous
    |je\svous\stransf\w+)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
HANDOVER = re.compile(
    r"""\b(?:(?:can|could)\s(?:you|someone|anyone)\s(?:please\s)?(?:help|handle|look|take|check|assist
        |answer|deal)
    |please\s(?:help|handle|advise|see|take\scare|look|assist|check)
    |bitte\s(?:um\s\w+|kümmern|bearbeiten|übernehmen|prüfen)|pued\w+\s(?:ayudar|revisar|ver)
        |pouvez-vous\s(?:regarder|traiter|voir))\b""",
    re.IGNORECASE | re.VERBOSE,
)
PASSES_ON = re.compile(
    r"""\b(?:pass\w*\s(?:\w+\s){0,3}on|relay\w*|messenger|bearer|on\sbehalf|below|forward\w*|weiterleit\w*|(?:leite|gebe)\s.{1,40}weiter
    |unten|les\spaso|le\spaso|reenv\w+|abajo|transm\w+|transf[èe]r\w*|ci-dessous)\b""",
    re.IGNORECASE | re.VERBOSE,
)
GREETING = re.compile(
    r"""(?:hi|hello|hey|hiya|dear|good\s(?:morning|afternoon|evening|day)|greetings|to\swhom\sit\smay\sconcern
    |hallo|guten\s(?:tag|morgen|abend)|sehr\sgeehrte\w*|liebe[rs]?|moin|servus|grüezi
    |hola|buen[oa]s?\s(?:días|tardes|noches|día)|estimad[oa]s?(?:/as?)?|bonjour|bonsoir|salut
        |madame,?\smonsieur|cher|chère)\b
    (?:[ ,]+(?:there|all|everyone|team|support|folks|guys|sir|madam|or|friends|again|zusammen|damen|und
        |herren|frau|herr
        |equipo|de|señor\w*|señora|todos|a|à|tous|madame|monsieur|l['\u2019]équipe|mr|mrs|ms|dr
            |support-team)\b\.?
      |[ ,]+[A-ZÄÖÜÉÑ][\w'.-]+){0,5}
    \s*(?:[,!:.;]+(?=\s|$)|-+\s|\u2013\s|$)\s*""",
    re.IGNORECASE | re.VERBOSE,
)
SENT_FROM = re.compile(
    r"""(?:sent\s(?:from|via|with)\s(?:my|the|outlook|mail|yahoo|samsung|proton\w*)|get\soutlook\sfor
        |von\smeinem\s.{1,30}gesendet
    |gesendet\s(?:von|mit|über|aus)\b|enviado\s(?:desde|con)\b|obtener\soutlook|envoyé\s(?:de|depuis
        |à\spartir)\b
    |outlook\sfür|téléchargez\soutlook|inviato\sda|verzonden\svanaf
        |diese\snachricht\swurde\svon\smeinem).{0,70}""",
    re.IGNORECASE | re.VERBOSE,
)
_OWN_CLOSING = re.compile(
    r"""(?:(?:many\s|with\s)?(?:thanks?|thx|ty|tia|cheers)(?:\s(?:so\smuch|a\slot|in\sadvance|again|you
        |you\sin\sadvance|and|for\syour\shelp))*
    |thank\syou(?:\s(?:so\smuch|very\smuch|in\sadvance|again|for\syour\s(?:help|time|support|assistance)))*
    |(?:thanks\sand\s|with\s)?(?:kind|kindest|best|warm|warmest)(?:\s(?:regards|wishes))?|regards|rgds|br
        |kr|sincerely|(?:yours\s)(?:truly|sincerely|faithfully)
    |respectfully|all\sthe\sbest|have\sa\s(?:nice|great|good)\s(?:day|weekend|one)|take\scare
    |(?:mit\s)?(?:freundliche[nm]?|besten?|liebe|viele|herzliche|schöne)\s(?:gr(?:ü|ue)(?:ß|ss)en?|gruß
        |gruss|grüße)(?:\s(?:aus|von)\s\w+)?
    |mfg|lg|vg|gruß|gruss|grüße|(?:vielen\s|besten\s|herzlichen\s)?dank(?:e)?(?:\s(?:im\svoraus|vorab|schön
        |und\sgruß))?|hochachtungsvoll
    |(?:un\s)?(?:cordial\s)?saludos?(?:\scordial(?:es)?)?|(?:muchas\s|mil\s)?gracias(?:\s(?:de\santemano
        |por\ssu\sayuda))?|atentamente|cordialmente
    |(?:bien\s)?cordialement|(?:sincères\s|meilleures\s)?salutations(?:\sdistinguées)?|bien\sà\svous
        |merci(?:\s(?:d['\u2019]avance|beaucoup|bien))?
    |bonne\sjournée)""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER_CLOSING = re.compile(
    r"""\b[\s,.!*;:/\u2013-]*(?:(?:[A-ZÄÖÜÉÁÍÓÚÑ][\w'\u2019.-]*|&|and|und|y|et|the|das|team)[\s,.!]*){0,4}""",
    re.VERBOSE,
)
_CLOSING_LENGTH = 70
POSTSCRIPT = re.compile(r"p\.?\s?s\.?\s?[:.,-]?\s", re.IGNORECASE)
CONTACT = re.compile(
    r"""(?:^|\b)(?:tel(?:efon|éfono|éphone)?|phone|mob(?:ile|il)?|cell|fax|móvil|handy|e-?mail|web|www
        |skype|linkedin)\b\.?\s?[:.]
    |^\+?[\d\s()/.-]{8,}$|https?://|\bwww\.|^\S+@\S+\.\w+$|\b(?:gmbh|ltd|inc|llc|s\.?a\.?r?\.?l|s\.l\.)\b""",
    re.IGNORECASE | re.VERBOSE,
)
NAME = re.compile(
    r"[A-ZÄÖÜÉÁÍÓÚÑ][\w'\u2019.-]+(?:\s(?:[a-zäöü]{1,3}\s)?[A-ZÄÖÜÉÁÍÓÚÑ][\w'\u2019.-]*){1,3},?"
)
LEGAL = re.compile(
    r"""(?:this|the\sinformation\s(?:contained\s)?in\sthis)\s(?:e-?mail|message|communication
        |transmission)\b.{0,200}
        (?:confidential|privileged|intended\s(?:solely|only|exclusively)|addressee|intended\srecipient)
    |if\syou\s(?:are\snot|have\sreceived|received)\s.{0,40}(?:intended\srecipient|in\serror|by\smistake)
    |(?:please\s)?consider\sthe\senvironment\sbefore\sprinting|registered\s(?:in|office)\b.{0,80}\b(?:no
        |number|england|company)\b
    |diese\s(?:e-?mail|nachricht)\b.{0,200}(?:vertraulich|rechtlich\sgeschützt|ausschließlich\sfür)
    |(?:geschäftsführer|amtsgericht|handelsregister)\w*\s?:?.{0,120}(?:hrb|ust|sitz)
    |(?:este|el\spresente)\s(?:mensaje|correo)\b.{0,200}(?:confidencial|exclusivamente|destinatario)
    |(?:ce|le\sprésent)\s(?:message|courriel|mail|e-?mail)\b.{0,200}(?:confidentiel|exclusiv|destinataire)
    |^(?:confidentiality\snotice|legal\sdisclaimer|disclaimer|haftungsausschluss|aviso\slegal
        |avis\sde\sconfidentialité)\b
    |caution:\sthis\s(?:e-?mail|message)\soriginated\s(?:from\s)?outside|virus-free\.?\s(?:www\.)?avast""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def introduces(line: str) -> bool:
    """Tells whether a line says who wrote, and when, what is quoted below it."""
    line = line.lstrip("> *")
    if len(line) > _LONGEST_INTRODUCTION or not line.endswith((":", "\uff1a")) or not _DATED.search(line):
        return False
    return any(pattern.fullmatch(line) for pattern in _introductions())


def closes(line: str) -> bool:
    """Tells whether a line is a closing, with a name or without."""
    if len(line) > _CLOSING_LENGTH or line.endswith("?"):
        return False
    found = _OWN_CLOSING.match(line)
    if found and _AFTER_CLOSING.fullmatch(line, found.end()):
        return True
    return _other_closings().fullmatch(line) is not None


@cache
def _introductions() -> tuple[re.Pattern[str], ...]:
    # mail-parser-reply knows thirteen languages; its parser loses the offsets, so only its patterns are used.
    known = [language["wrote_header"] for language in MAIL_LANGUAGES.values() if "wrote_header" in language]
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*_OWN_INTRODUCTIONS, *known))


@cache
def _other_closings() -> re.Pattern[str]:
    others = ("cs", "da", "it", "ko", "nl", "pl", "sv", "zh")
    known = [
        phrase
        for code in others
        for phrase in MAIL_LANGUAGES[code].get("signatures", ())
        if not phrase.startswith("/")
    ]  # "/Anna" would be a path as well
    return re.compile(rf"(?:{'|'.join(known)})[\s,.!]*(?:\w[\w'.-]*\s?){{0,3}}", re.IGNORECASE)
