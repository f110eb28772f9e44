namespace MaskedVerify.Domain;

/// <summary>Kind of line, as libphonenumber classifies the number. Numbers are stored: never renumber.</summary>
public enum LineType
{
    /// <summary>The plan of the country does not tell.</summary>
    Unknown = 0,

    /// <summary>A mobile.</summary>
    Mobile = 1,

    /// <summary>A fixed line.</summary>
    FixedLine = 2,

    /// <summary>Mobile or fixed: the plan has one range for both (US, CA).</summary>
    FixedLineOrMobile = 3,

    /// <summary>Voice over IP.</summary>
    Voip = 4,

    /// <summary>Premium rate.</summary>
    PremiumRate = 5,

    /// <summary>Toll free.</summary>
    TollFree = 6,

    /// <summary>Anything else: shared cost, pager, personal, UAN, voicemail.</summary>
    Other = 7,
}
