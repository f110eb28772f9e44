namespace MaskedVerify.Front.Tests.Support;

/// <summary>Fresh numbers of the fiction range, one for each test; the last two digits choose what the sandbox does.</summary>
internal static class Numbers
{
    private static readonly int[] s_areas =
        [202, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309, 310, 312];

    private static int s_next = -1;

    public static string Next(int ending = 0) => $"+1{s_areas[Interlocked.Increment(ref s_next) % s_areas.Length]}55501{ending:D2}";
}
