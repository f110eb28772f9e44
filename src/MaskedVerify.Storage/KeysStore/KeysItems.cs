using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Storage;

/// <summary>A first contact.</summary>
internal sealed class AddAliasItem(NewAliasKeys keys)
    : SqliteItem<KeysWriter, AliasId>(new RowName("alias-index", Convert.ToHexString(keys.IndexKey)), 200)
{
    private AliasId _standing;

    public override void Run(KeysWriter session) => _standing = session.AddAlias(keys);

    public override bool? WasWritten(KeysWriter session) => session.FindAlias(keys.IndexKey) is { } alias
        ? alias == keys.Alias ? true : null
        : false;

    protected override AliasId Answer() => _standing;
}

/// <summary>An erasure: it is told only when the old bytes are gone from the write-ahead log as well.</summary>
internal sealed class EraseAliasItem(AliasId alias) : SqliteItem<KeysWriter, bool>(new RowName("alias-erasure", alias.Value), 0)
{
    private bool _found;

    public override void Run(KeysWriter session) => _found = session.EraseAlias(alias);

    public override void AfterCommit(KeysWriter session)
    {
        // Also when nothing was found: the erasure that this one repeats may have stopped right here.
        if (!session.Truncate())
        {
            throw new StorageUnavailableException(
                "The keys are deleted, but another process reads the keys database, so their old bytes are still in its write-ahead log. Repeat the erasure.");
        }
    }

    protected override bool Answer() => _found;
}

/// <summary>Aliases that are in use.</summary>
internal sealed class MarkSeenItem(IReadOnlyList<AliasId> aliases) : SqliteItem<KeysWriter, bool>(new RowName("~seen", string.Empty), 32 * aliases.Count)
{
    public override void Run(KeysWriter session)
    {
        foreach (var alias in aliases)
        {
            session.MarkSeen(alias);
        }
    }

    protected override bool Answer() => true;
}

/// <summary>A new version of a named key.</summary>
internal sealed class AddKeyItem(TenantId tenant, string name, WrappedKey key)
    : SqliteItem<KeysWriter, WrappedKey>(new RowName("named-keys", string.Concat(tenant.Value, " ", name)), 200)
{
    private WrappedKey? _standing;

    public override void Run(KeysWriter session) => _standing = session.AddNamed(tenant, name, key);

    protected override WrappedKey Answer() => _standing ?? key;
}
