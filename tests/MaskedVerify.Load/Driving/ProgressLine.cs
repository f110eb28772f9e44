namespace MaskedVerify.Load.Driving;

/// <summary>Tells on standard error what goes on: one line that overwrites itself on a terminal, a new line each time otherwise.</summary>
internal sealed class ProgressLine
{
    private readonly Lock _gate = new();
    private readonly bool _overwrite = !Console.IsErrorRedirected;
    private int _shown;

    /// <summary>Shows a state that the next one replaces.</summary>
    public void Show(string text)
    {
        lock (_gate)
        {
            if (!_overwrite)
            {
                Console.Error.WriteLine(text);
                return;
            }

            Console.Error.Write("\r" + text.PadRight(_shown));
            _shown = text.Length;
        }
    }

    /// <summary>Says something that stays.</summary>
    public void Say(string text)
    {
        lock (_gate)
        {
            if (_overwrite && _shown > 0)
                Console.Error.Write("\r" + new string(' ', _shown) + "\r");
            _shown = 0;
            Console.Error.WriteLine(text);
        }
    }
}
