using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>
/// Root key in a local file, wrapping in process: for development and the sandbox. A wrapped key is 1 byte format version (1), 12 bytes nonce, the
/// ciphertext, 16 bytes tag (AES-256-GCM under the root key); the context is the additional authenticated data.
/// </summary>
internal sealed partial class LocalFileKeyManagementService : IKeyManagementService, IDisposable
{
    private const int LeastMaterial = 16;
    private const int MostMaterial = 64;

    private readonly Lock _gate = new();
    private readonly PrivacyOptions _options;
    private readonly KeySlab _slab;
    private readonly ILogger _logger;
    private KeySet? _root;

    public LocalFileKeyManagementService(IOptions<PrivacyOptions> options, KeySlab slab, ILogger<LocalFileKeyManagementService> logger)
    {
        _options = options.Value;
        _slab = slab;
        _logger = logger;
    }

    /// <inheritdoc/>
    public string Name => "local-file";

    /// <inheritdoc/>
    public bool AllowsLiveTenants => _options.AllowLocalKeys;

    /// <inheritdoc/>
    public ValueTask<byte[]> WrapAsync(ReadOnlyMemory<byte> keyMaterial, ReadOnlyMemory<byte> context, CancellationToken cancellationToken = default)
    {
        if (keyMaterial.Length is < LeastMaterial or > MostMaterial)
        {
            throw new KeyManagementException($"Only {LeastMaterial} to {MostMaterial} bytes of key material are wrapped.");
        }

        return new ValueTask<byte[]>(Envelope.Seal(Root().Newest, context.Span, keyMaterial.Span));
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, ReadOnlyMemory<byte> context, CancellationToken cancellationToken = default)
    {
        var length = wrapped.Length - Envelope.Overhead;
        if (length is >= LeastMaterial and <= MostMaterial)
        {
            var material = new byte[length];
            if (Envelope.TryOpen(Root().Newest, context.Span, wrapped.Span, material))
            {
                return new ValueTask<byte[]>(material);
            }
        }

        throw new KeyManagementException("A wrapped key does not open: it was edited or swapped, or the root key file is not the one it was wrapped under.");
    }

    /// <summary>Zeroes the root key.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _root?.Release();
            _root = null;
        }
    }

    private KeySet Root()
    {
        if (_root is { } loaded)
        {
            return loaded;
        }

        lock (_gate)
        {
            if (_root is null)
            {
                Span<byte> key = stackalloc byte[KeyNames.KeySize];
                var created = LocalKeyFile.ReadOrCreate(_options.RootKeyPath, key);
                var root = new KeySet(_slab, 1);
                key.CopyTo(root.Writable(0));
                CryptographicOperations.ZeroMemory(key);
                _root = root;
                if (created)
                {
                    LogRootKeyCreated(_options.RootKeyPath);
                }
            }

            return _root;
        }
    }
}
