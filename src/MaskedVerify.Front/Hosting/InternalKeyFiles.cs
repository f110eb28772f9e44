using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Security;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Hosting;

/// <summary>
/// The keys of the internal port: from the environment, or from <c>operator.key</c> and <c>observer.key</c> in the data folder, made at the first start. A silo without vault
/// has no operator's key, neither given nor made.
/// </summary>
internal sealed class InternalKeyFiles(DataFolder folder, FrontOptions options)
{
    /// <summary>Name of the file with the operator's key.</summary>
    public const string OperatorFile = "operator.key";

    /// <summary>Name of the file with the observer's key.</summary>
    public const string ObserverFile = "observer.key";

    /// <summary>The keys.</summary>
    public InternalKeys Keys { get; } = new(
        options.Has(SiloRoles.Vault) ? Find(folder, OperatorFile, options.OperatorKey, "mv_ops_") : null, Find(folder, ObserverFile, options.ObserverKey, "mv_obs_"));

    private static InternalKey Find(DataFolder folder, string file, string? given, string prefix)
    {
        var text = given ?? folder.ReadSecret(file);
        if (string.IsNullOrEmpty(text))
        {
            text = InternalKey.Create(prefix);
            folder.WriteSecret(file, text);
        }

        return new InternalKey(text);
    }
}
