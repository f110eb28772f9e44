namespace MaskedVerify.Domain;

/// <summary>Kind of line, as the numbering plan tells it. Numbers are stored: never renumber.</summary>
public enum LineType
{
    /// <summary>The plan does not tell.</summary>
    Unknown = 0,

    /// <summary>A mobile.</summary>
    Mobile = 1,

    /// <summary>A fixed line: it takes calls, not messages.</summary>
    Landline = 2,

    /// <summary>Mobile or fixed: the plan has one range for both (US, CA).</summary>
    LandlineOrMobile = 3,

    /// <summary>Voice over IP.</summary>
    Voip = 4,

    /// <summary>Premium rate.</summary>
    Premium = 5,

    /// <summary>Toll free.</summary>
    TollFree = 6,

    /// <summary>Caller and called share the cost.</summary>
    SharedCost = 7,

    /// <summary>A personal number that follows its holder, such as +44 70: often as dear as premium rate.</summary>
    Personal = 8,

    /// <summary>A pager.</summary>
    Pager = 9,

    /// <summary>A voice mailbox.</summary>
    Voicemail = 10,

    /// <summary>A universal access number of a company.</summary>
    Uan = 11,

    /// <summary>A network of no country, mostly satellites: +870, +881, +882, +883.</summary>
    Network = 12,
}
