namespace MaskedVerify.Load.Servers;

/// <summary>How a server of our own is started.</summary>
internal sealed record ServerSettings
{
    /// <summary><c>MaskedVerify.Front.dll</c>, as built together with this program.</summary>
    public string Program { get; init; } = Path.Combine(AppContext.BaseDirectory, "MaskedVerify.Front.dll");

    /// <summary>Its data folder; null: a new one in the folder for temporary files, removed at the end.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Whether Orleans clients may connect.</summary>
    public bool Gateway { get; init; }

    /// <summary>Whether the sandbox reports deliveries, as it does by default.</summary>
    public bool Receipts { get; init; } = true;

    /// <summary>Messages that the sandbox keeps in all.</summary>
    public int InboxTotal { get; init; } = 100_000;

    /// <summary>More switches.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>The operator's key; null: a random one.</summary>
    public string? OperatorKey { get; init; }

    /// <summary>More environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
