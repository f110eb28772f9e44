using Microsoft.Extensions.Logging;

namespace MaskedVerify.Privacy;

internal sealed partial class LocalFileKeyManagementService
{
    [LoggerMessage(EventIds.RootKeyCreated, LogLevel.Warning,
        "Made a new root key in {Path}. Keep a copy of it apart from the databases: without it nothing that was sealed can be opened.")]
    private partial void LogRootKeyCreated(string path);
}
