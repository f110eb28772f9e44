using MaskedVerify.Domain;
using MaskedVerify.Privacy;

namespace MaskedVerify.Storage;

/// <summary>A first contact on a server engine.</summary>
internal sealed class FirstContactItem(NewAliasKeys keys) : ServerItem<AliasId>(new RowName("alias-index", Convert.ToHexString(keys.IndexKey)), 200)
{
    public NewAliasKeys Keys { get; } = keys;

    /// <summary>Who stands in the index after the last run.</summary>
    public AliasId Standing { get; set; }

    public override async ValueTask<bool?> WasWrittenAsync(ServerSession session)
    {
        AliasId? found = null;
        await session.RunAsync([KeysServerPlan.FindAliases([Keys.IndexKey], (_, alias) => found = alias)]);
        return found == Keys.Alias ? true : null;
    }

    protected override AliasId Answer() => Standing;
}

/// <summary>An erasure on a server engine.</summary>
internal sealed class ErasureItem(AliasId alias) : ServerItem<bool>(new RowName("alias-erasure", alias.Value), 0)
{
    public AliasId Alias { get; } = alias;

    /// <summary>Whether there was something to delete.</summary>
    public bool Found { get; set; }

    protected override bool Answer() => Found;
}

/// <summary>A new version of a named key on a server engine.</summary>
internal sealed class NamedKeyItem(TenantId tenant, string name, WrappedKey key)
    : ServerItem<WrappedKey>(new RowName("named-keys", $"{tenant.Value} {name} {key.Version}"), 200)
{
    public TenantId Tenant { get; } = tenant;

    public string Name { get; } = name;

    public WrappedKey Key { get; } = key;

    /// <summary>What stands there after the last run.</summary>
    public WrappedKey? Standing { get; set; }

    protected override WrappedKey Answer() => Standing ?? Key;
}

/// <summary>Items of the keys store as statements, in one round trip: what loses is decided by the statements themselves.</summary>
internal sealed class KeysServerPlan : IServerPlan
{
    public async ValueTask RunAsync(ServerSession session, IReadOnlyList<ServerItem> items, ServerCall last)
    {
        List<ServerCall> calls = [];
        AddContacts(calls, [.. items.OfType<FirstContactItem>()]);
        AddNamed(calls, [.. items.OfType<NamedKeyItem>()]);
        AddErasures(calls, [.. items.OfType<ErasureItem>()]);
        calls.Add(last);
        await session.RunAsync(calls);
    }

    public static ServerCall FindAliases(List<byte[]> keys, Action<byte[], AliasId> found) => new(
        ServerStatement.FindAliases, row => found(row.Bytes(0), HotIds.ReadAlias(row.Bytes(1))), ServerArgument.Of("index_key", keys));

    public static ServerCall NamedKeys(List<(TenantId Tenant, string Name)> keys, Action<int, WrappedKey> found) => new(
        ServerStatement.ReadNamedKeys,
        row => found(row.GetInt32(0), new WrappedKey(row.GetInt32(1), row.Bytes(2))),
        ServerArgument.Of("tenant", keys.ConvertAll(key => key.Tenant.Value)),
        ServerArgument.Of("name", keys.ConvertAll(key => key.Name)),
        ServerArgument.Of("n", keys.Select((_, n) => n).ToList()));

    /// <summary>An alias as it is stored.</summary>
    public static byte[] BytesOf(AliasId alias)
    {
        var bytes = new byte[HotIds.AliasLength];
        HotIds.Write(alias, bytes);
        return bytes;
    }

    private static void AddContacts(List<ServerCall> calls, List<FirstContactItem> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        var byKey = items.ToDictionary(item => Convert.ToHexString(item.Keys.IndexKey), StringComparer.Ordinal);
        var indexKeys = ServerArgument.Of("index_key", items.ConvertAll(item => item.Keys.IndexKey));
        var aliases = ServerArgument.Of("alias", items.ConvertAll(item => BytesOf(item.Keys.Alias)));
        calls.Add(new ServerCall(
            ServerStatement.AddAliases, null, indexKeys, ServerArgument.Of("key_version", items.ConvertAll(item => item.Keys.IndexKeyVersion)), aliases));
        calls.Add(new ServerCall(
            ServerStatement.AddSubjects, null, indexKeys, aliases,
            ServerArgument.Of("tenant", items.ConvertAll(item => item.Keys.Tenant.Value)),
            ServerArgument.Of("version", items.ConvertAll(item => item.Keys.SubjectKey.Version)),
            ServerArgument.Of("wrapped", items.ConvertAll(item => item.Keys.SubjectKey.Bytes)),
            ServerArgument.Of("unseen_since", items.ConvertAll(item => item.Keys.AddedAt.UtcTicks))));
        calls.Add(FindAliases(items.ConvertAll(item => item.Keys.IndexKey), (key, alias) => byKey[Convert.ToHexString(key)].Standing = alias));
    }

    private static void AddNamed(List<ServerCall> calls, List<NamedKeyItem> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        calls.Add(new ServerCall(
            ServerStatement.AddNamedKeys, null,
            ServerArgument.Of("tenant", items.ConvertAll(item => item.Tenant.Value)),
            ServerArgument.Of("name", items.ConvertAll(item => item.Name)),
            ServerArgument.Of("version", items.ConvertAll(item => item.Key.Version)),
            ServerArgument.Of("wrapped", items.ConvertAll(item => item.Key.Bytes))));
        calls.Add(NamedKeys(items.ConvertAll(item => (item.Tenant, item.Name)), (n, key) =>
        {
            if (items[n].Key.Version == key.Version)
            {
                items[n].Standing = key;
            }
        }));
    }

    private static void AddErasures(List<ServerCall> calls, List<ErasureItem> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        var byAlias = items.ToDictionary(item => Convert.ToHexString(BytesOf(item.Alias)), StringComparer.Ordinal);
        items.ForEach(item => item.Found = false);
        var aliases = ServerArgument.Of("alias", items.ConvertAll(item => BytesOf(item.Alias)));
        calls.Add(new ServerCall(ServerStatement.DropSubjects, row => byAlias[Convert.ToHexString(row.Bytes(0))].Found = true, aliases));
        calls.Add(new ServerCall(ServerStatement.DropAliases, row => byAlias[Convert.ToHexString(row.Bytes(0))].Found = true, aliases));
    }
}
