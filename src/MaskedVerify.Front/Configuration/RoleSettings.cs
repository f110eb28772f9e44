using System.Net;
using MaskedVerify.Grains;
using MaskedVerify.Storage;

namespace MaskedVerify.Front.Configuration;

/// <summary>Roles, and what a silo of a role must not be given: a secret that it does not need is a secret that it can lose.</summary>
internal static class RoleSettings
{
    private static readonly (string Word, SiloRoles Role)[] s_words = [("front", SiloRoles.Front), ("vault", SiloRoles.Vault), ("egress", SiloRoles.Egress)];

    /// <summary>Reads <c>--role</c>.</summary>
    public static SiloRoles Roles(SettingsReader reader)
    {
        if (reader.Text("Role") is not { } text)
            return SiloRoles.All;
        var roles = SiloRoles.None;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var role = s_words.FirstOrDefault(w => w.Word.Equals(word, StringComparison.OrdinalIgnoreCase)).Role;
            if (role == SiloRoles.None)
                reader.Mistakes.Add($"--role: there is no role \"{word}\"; known are front, vault and egress, separated by ','.");
            roles |= role;
        }

        return roles == SiloRoles.None ? SiloRoles.All : roles;
    }

    /// <summary>Names everything that does not fit the roles.</summary>
    public static void Check(IConfigurationSection section, FrontOptions options, SettingsReader reader)
    {
        var roles = options.Roles;
        var name = string.Join(',', s_words.Where(w => roles.HasFlag(w.Role)).Select(w => w.Word));
        if (!roles.HasFlag(SiloRoles.Vault))
        {
            Remove(reader, name, "vault", "it has no key service", "Privacy:RootKeyPath", "AllowLocalKeys");
            if (options.OperatorKey is not null)
                reader.Mistakes.Add($"{FrontSettings.Prefix}OPERATOR_KEY is not for --role {name}: vaults accept it. Give it MASKEDVERIFY_OBSERVER_KEY, which opens metrics and health details only.");
            Remove(reader, name, "vault", "it opens no store of people or keys", "Storage:KeysDatabase");
        }

        if (roles == SiloRoles.Front)
            Remove(reader, name, "vault", "it needs --cluster-database only", "Storage:Database");
        if (!roles.HasFlag(SiloRoles.Egress))
            Remove(reader, name, "egress", "it has no carrier", "Carrier", "Smpp:Host", "Smpp:Port", "Smpp:SystemId", "Smpp:Password", "SmppPasswordFile");
        if (!roles.HasFlag(SiloRoles.Front))
            Remove(reader, name, "front", "it has no public port", "Urls", "Tls:Certificate", "Tls:Key", "BehindProxy", "ForwardedHeader");
        if (roles != SiloRoles.All && options.Engine == StorageEngine.Sqlite)
            reader.Mistakes.Add($"--role {name} needs other silos, and the embedded databases belong to one process: add --engine postgres (or sqlserver), or leave --role out.");
        if (options.Engine != StorageEngine.Sqlite && !IPAddress.IsLoopback(options.SiloAddress) && !options.ClusterTls && !reader.Flag("AllowPlaintextCluster"))
        {
            reader.Mistakes.Add(
                $"--silo-address {options.SiloAddress} can be reached from outside this machine: add --cluster-certificate, --cluster-key and --cluster-ca, or --allow-plaintext-cluster if another layer encrypts and guards it.");
        }
    }

    private static void Remove(SettingsReader reader, string roles, string owner, string why, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (reader.Text(key) is not null || reader.Section(key))
                reader.Mistakes.Add($"{SettingsReader.SwitchOf(key)} is not for --role {roles}: {why}. Remove it, or add the role {owner}.");
        }
    }
}
