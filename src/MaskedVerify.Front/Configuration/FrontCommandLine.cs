using System.CommandLine;
using System.CommandLine.Help;

namespace MaskedVerify.Front.Configuration;

/// <summary>The command line as settings; every mistake is collected.</summary>
/// <param name="Settings">Keys below the section <c>MaskedVerify</c>.</param>
/// <param name="Mistakes">One sentence each.</param>
/// <param name="Help">Whether help was asked for.</param>
/// <param name="Version">Whether the version was asked for.</param>
/// <param name="Health">Whether to ask a running server instead of being one.</param>
internal sealed record FrontCommandLine(IReadOnlyDictionary<string, string?> Settings, IReadOnlyList<string> Mistakes, bool Help, bool Version, bool Health)
{
    private static readonly HelpOption s_help = new("--help", "-h", "-?") { Description = "Show this.", Action = new HelpAction { MaxWidth = 120 } };
    private static readonly Option<bool> s_version = new("--version") { Description = "Show the version." };
    private static readonly Option<bool> s_health = new("--health")
    {
        Description = "Ask the server that runs with the same settings whether it is ready: exit code 0 when it is, 1 when it is not. For health checks of containers.",
    };

    private static readonly RootCommand s_command = Command([.. FrontSwitch.All.Select(s => s.Option), s_health, s_version, s_help]);

    // A value may begin with '@' or '-h', which would name a file of switches or ask for help.
    private static readonly ParserConfiguration s_parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Reads <c>--switch value</c>, <c>--switch=value</c> and on/off switches; of a switch that stands there twice, the last value.</summary>
    public static FrontCommandLine Parse(IReadOnlyList<string> args)
    {
        var parsed = s_command.Parse(args, s_parser);
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        List<string> mistakes = [];
        List<string> unknown = [.. parsed.UnmatchedTokens];
        foreach (var known in FrontSwitch.All)
        {
            if (parsed.GetResult(known.Option) is not { Implicit: false } given)
                continue;

            // The parser takes a misspelt switch for the value of the one before it, and "--switch=" for one without a value.
            var words = given.Tokens.Select(t => t.Value).ToLookup(w => w.StartsWith("--", StringComparison.Ordinal) && args.Contains(w, StringComparer.Ordinal));
            unknown.AddRange(words[true]);
            if ((words[false].LastOrDefault() ?? (args.Contains(known.Name + "=", StringComparer.Ordinal) ? "" : known.Bare)) is { } value)
                settings[known.Key] = value;
            else
                mistakes.Add($"{known.Name} needs a value: {known.Name} {known.Value}.");
        }

        mistakes.AddRange(unknown.Select(Unknown));
        return new FrontCommandLine(settings, mistakes, parsed.GetResult(s_help) is not null, parsed.GetValue(s_version), parsed.GetValue(s_health));
    }

    /// <summary>Writes what the switches are.</summary>
    public static void WriteHelp(TextWriter output) => s_command.Parse("--help").Invoke(new InvocationConfiguration { Output = output });

    private static RootCommand Command(IEnumerable<Option> options)
    {
        var command = new RootCommand(FrontHelp.Summary);
        command.Directives.Clear();
        command.Options.Clear();
        foreach (var option in options)
            command.Add(option);
        return command;
    }

    private static string Unknown(string token)
    {
        if (!token.StartsWith('-'))
            return $"\"{token}\" is not a switch. Switches begin with \"--\"; see --help.";

        // What stands behind '=' may be a password.
        var name = token.Split('=')[0];
        var nearest = Suggestion.Nearest(name, [.. s_command.Options.Select(o => o.Name)]);
        return nearest is null ? $"{name} is not a switch; see --help." : $"{name} is not a switch. Did you mean {nearest}?";
    }
}
