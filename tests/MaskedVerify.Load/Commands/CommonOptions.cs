using System.CommandLine;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.Commands;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    /// <summary>Callers at once.</summary>
    public static Option<int> Connections() => Number("--connections", "Callers at once, each with one connection.", 64, 1, 4096);

    /// <summary>The server program.</summary>
    public static Option<FileInfo?> Server() => new("--server") { Description = "The server's MaskedVerify.Front.dll. Default: the one that was built together with this program." };

    /// <summary>The data folder.</summary>
    public static Option<DirectoryInfo?> Data() => new("--data") { Description = "Data folder; it stays. Default: a new one in the folder for temporary files, removed at the end." };

    /// <summary>Report file.</summary>
    public static Option<FileInfo?> Json() => new("--json") { Description = "Also write the figures to this file." };

    /// <summary>An absolute HTTP address.</summary>
    public static Option<Uri?> Address(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https"))
                return address;
            result.AddError($"{name} must be an address such as http://127.0.0.1:8080.");
            return null;
        },
    };

    /// <summary>A secret as it is given, or the first line of the file that is given for it.</summary>
    public static string? TextOrFile(string? value) => value is not null && File.Exists(value) ? File.ReadLines(value).FirstOrDefault()?.Trim() : value;

    /// <summary>A whole number in a range.</summary>
    public static Option<int> Number(string name, string description, int normal, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => normal };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
                result.AddError($"{name} must be {least} to {most}.");
        });
        return option;
    }

    /// <summary>A number of seconds.</summary>
    public static Option<double> Seconds(string name, string description, double normal)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => normal };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 86_400))
                result.AddError($"{name} must be 0 to 86400.");
        });
        return option;
    }

    /// <summary>Settings of a server of our own.</summary>
    public static ServerSettings Settings(FileInfo? server, DirectoryInfo? data)
    {
        var settings = new ServerSettings { DataFolder = data?.FullName };
        return server is null ? settings : settings with { Program = server.FullName };
    }
}
