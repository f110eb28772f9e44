namespace MaskedVerify.Carriers.Sandbox;

/// <summary>Answers true the first time it sees a key, false the second, true the third, … Bounded; the oldest key is forgotten first.</summary>
internal sealed class AlternatingSet(int capacity)
{
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, bool> _seen = new(StringComparer.Ordinal);

    public bool Flip(string key)
    {
        lock (_gate)
        {
            if (_seen.Remove(key))
            {
                return false;
            }

            if (_seen.Count == capacity)
            {
                _seen.RemoveAt(0);
            }

            _seen.Add(key, true);
            return true;
        }
    }
}
