using System.Globalization;
using System.Net;
using MaskedVerify.Front.Requests;
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
    public bool Flag(string key) => Read<bool?>(key, "true or false", text => bool.TryParse(text, out var on) ? on : null) ?? false;

    /// <summary>Whether any setting of a section is given.</summary>
    public bool Section(string key) => section.GetSection(key).GetChildren().Any(c => !string.IsNullOrWhiteSpace(c.Value));

    /// <summary>A TCP port.</summary>
    public int? Port(string key, bool allowAny) => Number(key, allowAny ? 0 : 1, 65535, "port");

    /// <summary>A whole number within a range.</summary>
    public int? Number(string key, int least, int most, string what = "whole number") => Read<int?>(key, $"a {what} from {least} to {most}", text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null);

    /// <summary>An IP address.</summary>
    public IPAddress? Address(string key) => Read(key, "an IP address", text =>
        text.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : IPAddress.TryParse(text, out var address) ? address : null);

    /// <summary>A name of 1 to 64 characters a-z, 0-9 and '-', which begins with a letter.</summary>
    public string? Name(string key) => Read(key, "1 to 64 characters a-z, 0-9 and '-', the first one a letter", text =>
        text.Length <= 64 && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? text : null);

    /// <summary>A database product.</summary>
    public StorageEngine? Engine(string key) => Read(key, "sqlite, postgres or sqlserver", Word<StorageEngine>);

    /// <summary>A log level.</summary>
    public LogLevel? Level(string key) => Read(key, "Trace, Debug, Information, Warning, Error, Critical or None", Word<LogLevel>);

    /// <summary>An http or https address.</summary>
    public Uri? HttpAddress(string key) => Read(key, "an address such as http://127.0.0.1:4317", text =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null);

    /// <summary>Addresses to listen on.</summary>
    public IReadOnlyList<PublicEndpoint>? Urls(string key) =>
        Text(key)?.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(url => Listen(key, url)).OfType<PublicEndpoint>().ToList();

    /// <summary>Networks, or single addresses. IPv4 addresses written as IPv6 (<c>::ffff:10.0.0.1</c>) are taken as IPv4.</summary>
    public IReadOnlyList<IPNetwork>? Networks(string key)
    {
        var all = Text(key)?.Split([';', ',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(CallerAddress.ParseNetwork).ToList();
        if (all?.Contains(null) == true)
            Wrong(key, "addresses or networks such as 10.0.0.7, 10.1.0.0/16 or 2001:db8::/48, in which only the bits of the prefix are set");
        if (all?.Exists(n => n is { PrefixLength: 0 }) == true)
            mistakes.Add($"{SwitchOf(key)}: a network with prefix /0 is everybody; name your proxies.");
        return all?.OfType<IPNetwork>().ToList();
    }

    private static T? Word<T>(string text)
        where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]) ? value : null;

    // Null when it is absent or blank, and when it is none of what is expected, which is a mistake.
    private T? Read<T>(string key, string expected, Func<string, T?> parse)
    {
        var value = Text(key) is { } text ? parse(text) : default;
        if (value is null && Text(key) is not null)
            Wrong(key, expected);
        return value;
    }

    private PublicEndpoint? Listen(string key, string url)
    {
        var plain = url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal);
        if (Uri.TryCreate(plain, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/"
            && (uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.DnsSafeHost, out var parsed) ? parsed : null) is { } address)
        {
            return new PublicEndpoint(new IPEndPoint(address, uri.Port), uri.Scheme == "https");
        }

        Wrong(key, "addresses such as http://127.0.0.1:8080 or https://*:8443, with an IP address, localhost or * as host and without a path");
        return null;
    }

    private void Wrong(string key, string expected) => mistakes.Add($"{SwitchOf(key)}: expected {expected}.");

    /// <summary>How the caller knows a setting: as a switch, or by its key.</summary>
    public static string SwitchOf(string key) => FrontSwitch.All.FirstOrDefault(s => s.Key == key)?.Name ?? $"{FrontOptions.Section}:{key}";
}
