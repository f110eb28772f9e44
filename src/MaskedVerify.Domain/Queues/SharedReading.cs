using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MaskedVerify.Domain;

/// <summary>Reading of one queue by several workers.</summary>
public static class SharedReading
{
    /// <summary>
    /// Yields items until <paramref name="reader"/>'s channel is completed and empty. A new item wakes one of the workers that wait. (Whoever waits by
    /// <see cref="ChannelReader{T}.WaitToReadAsync"/> or <see cref="ChannelReader{T}.ReadAllAsync"/> waits for news, and news wake every waiting worker.)
    /// </summary>
    /// <param name="reader">Of a channel that is never completed with an error.</param>
    /// <param name="cancellationToken">Ends the reading; items that wait stay in the channel.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async IAsyncEnumerable<T> ReadSharedAsync<T>(this ChannelReader<T> reader, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            T item;
            try
            {
                item = await reader.ReadAsync(cancellationToken);
            }
            catch (ChannelClosedException)
            {
                yield break;
            }

            yield return item;
        }
    }
}
