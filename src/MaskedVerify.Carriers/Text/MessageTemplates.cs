using System.Collections.Frozen;

namespace MaskedVerify.Carriers.Text;

/// <summary>The texts of every locale, as <see cref="MessageTexts"/> describes them.</summary>
internal static class MessageTemplates
{
    // A right-to-left mark in front makes the whole Arabic text a right-to-left paragraph, even when a Latin brand is its first strong character
    // (Unicode Bidirectional Algorithm P2, P3); without it the sentence around the code is laid out backwards.
    private const char RightToLeftMark = '\u200F';

    public static readonly FrozenDictionary<string, MessageTemplate> All = new Dictionary<string, MessageTemplate>(StringComparer.Ordinal)
    {
        ["en"] = new(
            (brand, code, minutes) => $"{Colon(brand)}{code} is your verification code. It expires in {minutes} min. Do not share it with anyone.",
            (brand, code, minutes) => $"{Colon(brand)}code {code}, {minutes} min. Do not share it.",
            (brand, code, minutes) => $"{Stop(brand)}Your verification code is: {code}. Again: {code}. It expires in {minutes} {(minutes == 1 ? "minute" : "minutes")}. Do not share it with anyone."),
        ["es"] = new(
            (brand, code, minutes) => $"{Colon(brand)}{code} es tu clave de acceso. Caduca en {minutes} min. No la compartas con nadie.",
            (brand, code, minutes) => $"{Colon(brand)}clave {code}, {minutes} min. No la compartas.",
            (brand, code, minutes) => $"{Stop(brand)}Tu código de verificación es: {code}. Repito: {code}. Caduca en {minutes} {(minutes == 1 ? "minuto" : "minutos")}. No lo compartas con nadie."),
        ["fr"] = new(
            (brand, code, minutes) => $"{(brand.Length == 0 ? "" : brand + " : ")}{code} est votre code de validation. Il expire dans {minutes} min. Ne le communiquez à personne.",
            (brand, code, minutes) => $"{(brand.Length == 0 ? "" : brand + " : ")}code {code}, {minutes} min. Ne le partagez pas.",
            (brand, code, minutes) => $"{Stop(brand)}Votre code de vérification est : {code}. Je répète : {code}. Il expire dans {minutes} {(minutes == 1 ? "minute" : "minutes")}. Ne le communiquez à personne."),
        ["de"] = new(
            (brand, code, minutes) => $"{Colon(brand)}{code} ist Ihr Bestätigungscode. Er gilt {minutes} Min. Geben Sie ihn an niemanden weiter.",
            (brand, code, minutes) => $"{Colon(brand)}Code {code}, {minutes} Min. Nicht weitergeben.",
            (brand, code, minutes) => $"{Stop(brand)}Ihr Bestätigungscode lautet: {code}. Ich wiederhole: {code}. Er gilt {minutes} {(minutes == 1 ? "Minute" : "Minuten")}. Geben Sie ihn an niemanden weiter."),
        ["zh-CN"] = new(
            (brand, code, minutes) => $"{Bracket(brand)}您的验证码是{code}，{minutes}分钟内有效。请勿泄露给他人。",
            (brand, code, minutes) => $"{Bracket(brand)}验证码{code}，{minutes}分钟内有效，请勿泄露。",
            (brand, code, minutes) => $"{IdeographicStop(brand)}您的验证码是：{code}。再重复一遍：{code}。{minutes}分钟内有效，请勿泄露给他人。"),
        ["zh-TW"] = new(
            (brand, code, minutes) => $"{Bracket(brand)}您的驗證碼是{code}，{minutes}分鐘內有效。請勿告訴他人。",
            (brand, code, minutes) => $"{Bracket(brand)}驗證碼{code}，{minutes}分鐘內有效，請勿外洩。",
            (brand, code, minutes) => $"{IdeographicStop(brand)}您的驗證碼是：{code}。再重複一遍：{code}。{minutes}分鐘內有效，請勿告訴他人。"),
        ["ja"] = new(
            (brand, code, minutes) => $"{Bracket(brand)}認証コードは{code}です。有効期限は{minutes}分です。他人に教えないでください。",
            (brand, code, minutes) => $"{Bracket(brand)}認証コード{code}（{minutes}分間有効）。他人に教えないでください。",
            (brand, code, minutes) => $"{IdeographicStop(brand)}認証コードは、{code}、です。もう一度繰り返します。{code}、です。有効期限は{minutes}分です。他人に教えないでください。"),
        ["ar"] = new(
            (brand, code, minutes) => $"{RightToLeftMark}{Colon(brand)}رمز التحقق {code}، صالح لمدة {ArabicMinutes(minutes)}. لا تشاركه.",
            (brand, code, minutes) => $"{RightToLeftMark}{Colon(brand)}الرمز {code} ({minutes} د). لا تشاركه.",
            (brand, code, minutes) => $"{Stop(brand)}رمز التحقق الخاص بك هو: {code}. مرة أخرى: {code}. صالح لمدة {ArabicMinutes(minutes)}. لا تشاركه مع أحد."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static string Colon(string brand) => brand.Length == 0 ? string.Empty : brand + ": ";

    private static string Stop(string brand) => brand.Length == 0 ? string.Empty : brand + ". ";

    private static string IdeographicStop(string brand) => brand.Length == 0 ? string.Empty : brand + "。";

    private static string Bracket(string brand) => brand.Length == 0 || brand[0] == '【' ? brand : $"【{brand}】";

    // Arabic counts one, two, a few (3-10) and many differently (CLDR plural rules for ar).
    private static string ArabicMinutes(int minutes) => minutes switch
    {
        1 => "دقيقة واحدة",
        2 => "دقيقتين",
        >= 3 and <= 10 => $"{minutes} دقائق",
        _ => $"{minutes} دقيقة",
    };
}
