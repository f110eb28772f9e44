namespace MaskedVerify.Front.Configuration;

/// <summary>The command line as settings; every mistake is collected.</summary>
/// <param name="Settings">Keys below the section <c>MaskedVerify</c>.</param>
/// <param name="Mistakes">One sentence each.</param>
/// <param name="Help">Whether help was asked for.</param>
/// <param name="Version">Whether the version was asked for.</param>
/// <param name="Health">Whether to ask a running server instead of being one.</param>
internal sealed record FrontCommandLine(IReadOnlyDictionary<string, string?> Settings, IReadOnlyList<string> Mistakes, bool Help, bool Version, bool Health = false)
{
    /// <summary>Reads <c>--switch value</c>, <c>--switch=value</c> and on/off switches.</summary>
    public static FrontCommandLine Parse(IReadOnlyList<string> args)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        List<string> mistakes = [];
        var help = false;
        var version = false;
        var health = false;
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] is "--help" or "-h" or "-?")
                help = true;
            else if (args[i] == "--version")
                version = true;
            else if (args[i] == "--health")
                health = true;
            else
                Take(args, ref i, settings, mistakes);
        }

        return new FrontCommandLine(settings, mistakes, help, version, health);
    }

    private static void Take(IReadOnlyList<string> args, ref int i, Dictionary<string, string?> settings, List<string> mistakes)
    {
        var arg = args[i];
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg : arg[..equals];
        if (FrontSwitch.All.FirstOrDefault(s => s.Name == name) is not { } known)
        {
            var before = i > 0 ? args[i - 1] : "";
            mistakes.Add(Unknown(name, afterOnOff: FrontSwitch.All.Any(s => s.Name == before && s.Value is null)));
            return;
        }

        if (equals >= 0)
            settings[known.Key] = arg[(equals + 1)..];
        else if (known.Value is not null && i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal))
            settings[known.Key] = args[++i];
        else if (known.Bare is { } bare)
            settings[known.Key] = bare;
        else
            mistakes.Add($"{name} needs a value: {name} {known.Value}.");
    }

    private static string Unknown(string name, bool afterOnOff)
    {
        if (!name.StartsWith('-'))
            return afterOnOff ? $"\"{name}\" is one value too many: the switch before it has none." : $"\"{name}\" is not a switch. Switches begin with \"--\"; see --help.";
        var nearest = Suggestion.Nearest(name, [.. FrontSwitch.All.Select(s => s.Name), "--help", "--version", "--health"]);
        return nearest is null ? $"{name} is not a switch; see --help." : $"{name} is not a switch. Did you mean {nearest}?";
    }
}
