using System.Globalization;
using System.Net;
using MaskedVerify.Storage;

namespace MaskedVerify.Front.Configuration;

/// <summary>Reads single settings and collects mistakes, named the way the caller wrote them.</summary>
internal sealed class SettingsReader(IConfiguration section, List<string> mistakes)
{
    /// <summary>The mistakes so far.</summary>
    public List<string> Mistakes => mistakes;

    /// <summary>A text, or null when it is absent or blank.</summary>
    public string? Text(string key)
    {
        var text = section[key];
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    /// <summary>An on/off setting; absent is off.</summary>
    public bool Flag(string key)
    {
        var text = Text(key);
        if (text is null || bool.TryParse(text, out _))
            return text is not null && bool.Parse(text);
        Wrong(key, "true or false");
        return false;
    }

    /// <summary>A TCP port.</summary>
    public int? Port(string key, bool allowAny)
    {
        var text = Text(key);
        if (text is null)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 && (port > 0 || allowAny))
            return port;
        Wrong(key, $"a port from {(allowAny ? 0 : 1)} to 65535");
        return null;
    }

    /// <summary>An IP address.</summary>
    public IPAddress? Address(string key)
    {
        var text = Text(key);
        if (text is null)
            return null;
        if (text.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return IPAddress.Loopback;
        if (IPAddress.TryParse(text, out var address))
            return address;
        Wrong(key, "an IP address");
        return null;
    }

    /// <summary>A name of 1 to 64 characters a-z, 0-9 and '-', which begins with a letter.</summary>
    public string? Name(string key)
    {
        var text = Text(key);
        if (text is null || (text.Length <= 64 && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            return text;
        Wrong(key, "1 to 64 characters a-z, 0-9 and '-', the first one a letter");
        return null;
    }

    /// <summary>A database product.</summary>
    public StorageEngine? Engine(string key)
    {
        var text = Text(key);
        if (text is null)
            return null;
        if (Enum.TryParse<StorageEngine>(text, ignoreCase: true, out var engine) && Enum.IsDefined(engine) && !char.IsAsciiDigit(text[0]))
            return engine;
        Wrong(key, "sqlite, postgres or sqlserver");
        return null;
    }

    /// <summary>A log level.</summary>
    public LogLevel? Level(string key)
    {
        var text = Text(key);
        if (text is null)
            return null;
        if (Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) && !char.IsAsciiDigit(text[0]))
            return level;
        Wrong(key, "Trace, Debug, Information, Warning, Error, Critical or None");
        return null;
    }

    /// <summary>An http or https address.</summary>
    public Uri? HttpAddress(string key)
    {
        var text = Text(key);
        if (text is null)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            return uri;
        Wrong(key, "an address such as http://127.0.0.1:4317");
        return null;
    }

    /// <summary>Addresses to listen on.</summary>
    public IReadOnlyList<IPEndPoint>? Urls(string key)
    {
        var text = Text(key);
        if (text is null)
            return null;
        List<IPEndPoint> endpoints = [];
        foreach (var url in text.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Listen(key, url) is { } endpoint)
                endpoints.Add(endpoint);
        }

        return endpoints;
    }

    private IPEndPoint? Listen(string key, string url)
    {
        if (url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            mistakes.Add($"{SwitchOf(key)}: this version speaks HTTP; let a proxy on the same machine end TLS.");
            return null;
        }

        var plain = url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        if (Uri.TryCreate(plain, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.PathAndQuery == "/"
            && (uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.DnsSafeHost, out var parsed) ? parsed : null) is { } address)
        {
            return new IPEndPoint(address, uri.Port);
        }

        Wrong(key, "addresses such as http://127.0.0.1:8080, with an IP address, localhost or * as host and without a path");
        return null;
    }

    private void Wrong(string key, string expected) => mistakes.Add($"{SwitchOf(key)}: expected {expected}.");

    private static string SwitchOf(string key) => FrontSwitch.All.FirstOrDefault(s => s.Key == key)?.Name ?? $"{FrontOptions.Section}:{key}";
}
