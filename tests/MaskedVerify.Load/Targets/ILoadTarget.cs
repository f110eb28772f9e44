using MaskedVerify.Domain;
using MaskedVerify.Load.Driving;

namespace MaskedVerify.Load.Targets;

/// <summary>A system under load: ready when it was made, gone when it is disposed of.</summary>
internal interface ILoadTarget : IAsyncDisposable
{
    /// <summary>How it is driven, in one sentence for the report.</summary>
    string Description { get; }

    /// <summary>Folder of its databases on this machine, or null when it is not known: the fsync reference runs beside it.</summary>
    string? DataFolder { get; }

    /// <summary>Last lines that the server's process printed; empty when there is none.</summary>
    string LastLines { get; }

    /// <summary>A connection for one caller.</summary>
    Task<ILoadConnection> ConnectAsync(LoadShape shape);

    /// <summary>Counters of the server now.</summary>
    Task<TargetSnapshot> SnapshotAsync();
}

/// <summary>What one caller does. Every method throws <see cref="LoadException"/> when the answer is not the expected one.</summary>
internal interface ILoadConnection : IAsyncDisposable
{
    /// <summary>Starts a verification.</summary>
    ValueTask<Started> StartAsync(Destination to);

    /// <summary>The code that the sandbox would have sent.</summary>
    ValueTask<string> ReadCodeAsync(Started started);

    /// <summary>Checks a code that has to be accepted.</summary>
    ValueTask CheckAsync(Started started, string code);

    /// <summary>Makes an alias of a number.</summary>
    ValueTask<string> CreateAliasAsync(string number);
}

/// <summary>A verification that was started.</summary>
internal readonly record struct Started(AliasId Alias, VerificationId Verification);
