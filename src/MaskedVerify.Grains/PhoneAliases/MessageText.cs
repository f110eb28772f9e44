using MaskedVerify.Carriers.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>The one place in the grains where a code is written out: the text of its message, at the moment of sending.</summary>
internal static class MessageText
{
    internal static string Of(ClaimedAttempt claim, OneTimeCode code, string brand, TimeSpan validity) =>
        MessageTexts.Compose(claim.Locale, brand, code.Reveal(), validity, claim.Channel);
}
