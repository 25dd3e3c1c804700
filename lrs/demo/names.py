"""Names of people as they are written where they come from."""

from random import Random
from typing import Final

# language: given names, family names; both as written by their bearers
_NAMES: Final[dict[str, tuple[str, str]]] = {
    "en": (
        "Amelia Kofi Grace Liam Niamh Oluwaseun",
        "Mensah O'Brien Okafor Taylor Ní-Bhriain Ward",
    ),
    "fr": (
        "Aïssatou Benoît Chloé Félicité Moïse Zoé",
        "Diallo Lefèvre Mbemba N'Diaye Traoré Hébert",
    ),
    "es": ("Begoña Íñigo José Lucía Ximena Andrés", "Muñoz Peña Quispe Ibáñez Sepúlveda Núñez"),
    "ru": ("Алёна Дмитрий Наталья Сергей Юлия Тимур", "Королёва Иванов Щербакова Петров Ахметова"),
    "ar": ("ليلى محمد فاطمة يوسف هدى كريم", "الحسن خليل منصور الزين حداد درويش"),
    "zh": ("晓明 丽华 建国 思雨 文博 雅婷", "王 李 张 陈 欧阳 赵"),
    "hi": ("प्रिया राहुल अनीता विक्रम मीरा अर्जुन", "शर्मा पटेल वर्मा सिंह अय्यर गुप्ता"),
    "am": ("ሰላም ዳዊት ሀና ተስፋዬ ብርሃን ማርታ", "ገብረማርያም ወልደ ታደሰ አበበ ከበደ"),
    "th": ("สมชาย มาลี อรุณ ปราณี วิชัย", "ใจดี ศรีสุข ทองคำ แสงจันทร์"),
    "ko": ("지훈 서연 민준 하은 도윤", "김 이 박 최 정"),
    "ne": ("सुनिता बिमल आस्था प्रकाश", "श्रेष्ठ तामाङ गुरुङ थापा"),
    "fa": ("زهرا احمد مریم فرید", "رحیمی نوری احمدی کریمی"),
    "sw": ("Wanjikũ Juma Achieng Baraka Neema", "Kamau Otieno Mwangi Hassan Njoroge"),
    "de": ("Jürgen Käthe Sören Änne Björn", "Müller Groß Schröder Weiß Jäger"),
    "vi": ("Hương Dũng Thảo Quân", "Nguyễn Trần Phạm Đặng"),
    "ka": ("ნინო გიორგი თამარ", "ბერიძე კაპანაძე ლომიძე"),
}
_FAMILY_FIRST: Final = {"zh": "", "ko": "", "vi": " "}


def full_name(language: str, chance: Random) -> str:
    """A name in the script and the order of its language."""
    given, family = (chance.choice(names.split()) for names in _NAMES[language])
    if language in _FAMILY_FIRST:
        return f"{family}{_FAMILY_FIRST[language]}{given}"
    return f"{given} {family}"


def languages() -> tuple[str, ...]:
    """The languages for which there are names."""
    return tuple(_NAMES)
