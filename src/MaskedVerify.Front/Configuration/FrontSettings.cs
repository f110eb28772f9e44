using System.Collections;
using System.Net;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Storage;

namespace MaskedVerify.Front.Configuration;

/// <summary>Puts file, environment and switches together and reads <see cref="FrontOptions"/> from them.</summary>
/// <param name="Options">What the front needs.</param>
/// <param name="Section">The section <c>MaskedVerify</c>, for the other projects' parts.</param>
internal sealed record FrontSettings(FrontOptions Options, IConfigurationSection Section)
{
    internal const string Prefix = "MASKEDVERIFY_";
    private static readonly string[] s_otherSections = ["Smpp", "Sandbox", "Storage", "Privacy", "Grains", "ClusterTls", "Tls", "Limits"];

    /// <summary>What stands in variables only, and what is the command's.</summary>
    private static readonly string[] s_ownVariables = ["SANDBOX_KEY", "OPERATOR_KEY", "OBSERVER_KEY", "SERVER"];

    /// <summary>Reads everything.</summary>
    /// <exception cref="FrontConfigurationException">All mistakes.</exception>
    public static FrontSettings Read(FrontCommandLine commandLine, IDictionary environment, string workingDirectory)
    {
        List<string> mistakes = [.. commandLine.Mistakes];
        var variables = FromEnvironment(environment, mistakes);
        var builder = new ConfigurationBuilder();
        AddFile(builder, commandLine.Settings.GetValueOrDefault("Config") ?? variables.GetValueOrDefault("Config"), workingDirectory, mistakes);
        builder.AddInMemoryCollection(Prefixed(variables)).AddInMemoryCollection(Prefixed(commandLine.Settings));
        var section = Build(builder, mistakes).GetSection(FrontOptions.Section);
        RejectUnknownKeys(section, mistakes);
        var reader = new SettingsReader(section, mistakes);
        TakePasswordFile(section, Rank, workingDirectory, mistakes);
        MakeAbsolute(section, workingDirectory);
        var options = ReadOptions(reader, environment, workingDirectory);
        CheckCarrier(section, options, reader);
        CheckStorage(options, reader);
        RoleSettings.Check(section, options, reader);
        PublicPortSettings.Check(options, reader);
        if (options.OperatorKey is not null && options.OperatorKey == options.ObserverKey)
            mistakes.Add($"{Prefix}OBSERVER_KEY is the operator's key: whoever may see metrics could administer. Give each a text of its own.");
        return mistakes.Count == 0 ? new FrontSettings(options, section) : throw new FrontConfigurationException(mistakes);

        int Rank(string key) => commandLine.Settings.ContainsKey(key) ? 2 : variables.ContainsKey(key) ? 1 : 0;
    }

    private static FrontOptions ReadOptions(SettingsReader reader, IDictionary environment, string workingDirectory) => new()
    {
        DataFolder = Path.GetFullPath(reader.Text("Data") ?? "data", workingDirectory),
        PublicEndpoints = PublicPortSettings.Endpoints(reader),
        BehindProxy = reader.Networks("BehindProxy") ?? [],
        ForwardedHeader = PublicPortSettings.Header(reader),
        InternalEndpoint = new IPEndPoint(reader.Address("InternalAddress") ?? IPAddress.Loopback, reader.Port("InternalPort", allowAny: true) ?? 8081),
        InternalHosts = reader.Text("InternalHosts")?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
        AllowLocalKeys = reader.Flag("AllowLocalKeys") || reader.Flag("Privacy:AllowLocalKeys"),
        Roles = RoleSettings.Roles(reader),
        ClusterTls = reader.Section("ClusterTls"),
        DrainDelay = TimeSpan.FromSeconds(reader.Number("DrainDelay", 0, 300) ?? 0),
        GatewayPort = reader.Port("Gateway", allowAny: false),
        SiloPort = reader.Port("SiloPort", allowAny: true) ?? 0,
        SiloAddress = reader.Address("SiloAddress") ?? IPAddress.Loopback,
        Cluster = reader.Name("Cluster") ?? "maskedverify",
        Engine = reader.Engine("Storage:Engine") ?? StorageEngine.Sqlite,
        OtlpEndpoint = reader.HttpAddress("OtlpEndpoint"),
        PhoneRanges = Ranges(reader, workingDirectory),
        LogLevel = reader.Level("LogLevel") ?? LogLevel.Warning,
        SandboxKey = SandboxKey(environment, reader.Mistakes),
        OperatorKey = InternalKey(environment, "OPERATOR_KEY", reader.Mistakes),
        ObserverKey = InternalKey(environment, "OBSERVER_KEY", reader.Mistakes),
    };

    private static Dictionary<string, string?> FromEnvironment(IDictionary environment, List<string> mistakes)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in environment)
        {
            if (entry.Key is not string name || !name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || entry.Value is not string { Length: > 0 } value)
                continue;
            var variable = name[Prefix.Length..].ToUpperInvariant();
            if (FrontSwitch.KeyOf(variable) is { } key)
                settings[key] = value;
            else if (variable.Contains("__", StringComparison.Ordinal))
                settings[variable.Replace("__", ":", StringComparison.Ordinal)] = value;
            else if (!s_ownVariables.Contains(variable, StringComparer.Ordinal) && Suggestion.Nearest(variable, [.. FrontSwitch.All.Select(s => s.Variable), .. s_ownVariables]) is { } meant)
                mistakes.Add($"{name} is not a setting. Did you mean {Prefix}{meant}?");
        }

        return settings;
    }

    private static IEnumerable<KeyValuePair<string, string?>> Prefixed(IReadOnlyDictionary<string, string?> settings) =>
        settings.Select(s => KeyValuePair.Create($"{FrontOptions.Section}:{s.Key}", s.Value));

    private static void AddFile(ConfigurationBuilder builder, string? file, string workingDirectory, List<string> mistakes)
    {
        if (file is null)
            return;
        var path = Path.GetFullPath(file, workingDirectory);
        if (File.Exists(path))
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
        else
            mistakes.Add($"--config: there is no file {path}.");
    }

    private static IConfigurationRoot Build(ConfigurationBuilder builder, List<string> mistakes)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"--config: the file cannot be read as JSON: {e.InnerException?.Message ?? e.Message}");
            return new ConfigurationBuilder().AddInMemoryCollection().Build();
        }
    }

    private static void RejectUnknownKeys(IConfigurationSection section, List<string> mistakes)
    {
        string[] known = [.. FrontSwitch.All.Where(s => !s.Key.Contains(':', StringComparison.Ordinal)).Select(s => s.Key), .. s_otherSections];
        foreach (var child in section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var nearest = Suggestion.Nearest(child.Key, known);
            mistakes.Add($"{FrontOptions.Section}:{child.Key} is not a setting{(nearest is null ? "." : $". Did you mean {nearest}?")}");
        }
    }

    // Two keys of one setting: between them too a switch beats a variable, and a variable the file.
    private static void TakePasswordFile(IConfigurationSection section, Func<string, int> rank, string workingDirectory, List<string> mistakes)
    {
        if (section["SmppPasswordFile"] is not { Length: > 0 } file || (section["Smpp:Password"] is { Length: > 0 } && rank("SmppPasswordFile") <= rank("Smpp:Password")))
            return;
        try
        {
            section["Smpp:Password"] = File.ReadLines(Path.GetFullPath(file, workingDirectory)).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"--smpp-password-file: the file {file} cannot be read.");
        }
    }

    private static void MakeAbsolute(IConfigurationSection section, string workingDirectory)
    {
        foreach (var key in new[] { "Privacy:RootKeyPath", "ClusterTls:Certificate", "ClusterTls:Key", "ClusterTls:Authority", "Tls:Certificate", "Tls:Key" })
        {
            if (section[key] is { Length: > 0 } path)
                section[key] = Path.GetFullPath(path, workingDirectory);
        }
    }

    private static void CheckStorage(FrontOptions options, SettingsReader reader)
    {
        reader.Flag("Storage:MigrateAtStart");
        if (options.Engine == StorageEngine.Sqlite && !IPAddress.IsLoopback(options.SiloAddress))
            reader.Mistakes.Add("--silo-address: the embedded database serves one process; choose a database server with --engine postgres first.");
    }

    private static void CheckCarrier(IConfigurationSection section, FrontOptions options, SettingsReader reader)
    {
        var carrier = reader.Text("Carrier");
        if (carrier is not (null or "smpp" or "sandbox"))
            reader.Mistakes.Add($"--carrier: there is no carrier \"{carrier}\"; known are smpp and sandbox (always there).");
        if (carrier != "smpp")
        {
            if (section.GetSection("Smpp").GetChildren().Any() && carrier != "sandbox")
                reader.Mistakes.Add("SMPP settings are given but the carrier is not chosen: add --carrier smpp.");
            section["Smpp:Host"] = null;
            return;
        }

        foreach (var needed in FrontSwitch.All.Where(s => s.Key is "Smpp:Host" or "Smpp:Port" or "Smpp:SystemId" or "Smpp:Password"))
        {
            // An empty password is one; an absent one is not.
            if (needed.Key == "Smpp:Password" ? section[needed.Key] is null : string.IsNullOrWhiteSpace(section[needed.Key]))
                reader.Mistakes.Add($"--carrier smpp needs {needed.Name} {needed.Value} (or {Prefix}{needed.Variable}). {needed.Help}");
        }

        reader.Port("Smpp:Port", allowAny: false);
        reader.Flag("Smpp:Tls:Enabled");

        // An egress silo has no root key; its vaults are asked for that word.
        if (options.Has(SiloRoles.Vault) && !options.AllowLocalKeys)
            reader.Mistakes.Add("--carrier smpp needs --allow-local-keys: only live tenants send over it, and the root key of this installation is a file on this machine.");
    }

    private static PhoneRanges? Ranges(SettingsReader reader, string workingDirectory)
    {
        if (reader.Text("PhoneRanges") is not { } file)
            return null;
        var mistakes = new List<string>();
        PhoneRanges? ranges = null;
        try
        {
            ranges = PhoneRangesFile.Parse(File.ReadAllText(Path.GetFullPath(file, workingDirectory)), mistakes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add("It cannot be read.");
        }

        reader.Mistakes.AddRange(mistakes.Select(m => $"--phone-ranges: {file}: {m}"));
        return ranges;
    }

    private static ApiKeyText SandboxKey(IDictionary environment, List<string> mistakes)
    {
        if (environment[Prefix + "SANDBOX_KEY"] is not string { Length: > 0 } text)
            return default;
        if (!ApiKeyText.TryParse(text, out var key) || key.IsLive)
            mistakes.Add($"{Prefix}SANDBOX_KEY is not a test key: expected \"{ApiKeyText.TestPrefix}\" and {ApiKeyText.Length - ApiKeyText.TestPrefix.Length} more characters with a fitting checksum.");
        return key;
    }

    private static string? InternalKey(IDictionary environment, string variable, List<string> mistakes)
    {
        if (environment[Prefix + variable] is not string { Length: > 0 } text)
            return null;
        if (text.Length < Security.InternalKey.MinLength || text.Any(c => c is <= ' ' or > '~' or ':'))
            mistakes.Add($"{Prefix}{variable} is too weak or not usable in a header: at least {Security.InternalKey.MinLength} visible ASCII characters without ':'.");
        return text;
    }
}
