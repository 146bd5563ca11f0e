namespace Vantage.Simulator.Scenes;

/// <summary>Pseudo-random numbers that depend on nothing but their seed: SplitMix64 (https://prng.di.unimi.it/splitmix64.c).</summary>
internal struct Dice(ulong seed)
{
    private ulong _state = seed;

    public static Dice Of(params ReadOnlySpan<long> seeds)
    {
        var hash = 0UL;
        foreach (var seed in seeds)
        {
            hash = Mix(hash ^ (ulong)seed);
        }

        return new(hash);
    }

    /// <summary>A number in [0, 1) for these coordinates; the same for ever.</summary>
    public static double At(long a, long b, long c) => ToUnit(Mix(Mix(Mix((ulong)a) ^ (ulong)b) ^ (ulong)c));

    /// <summary>In [0, 1).</summary>
    public double Next() => ToUnit(Mix(_state += 0x9E3779B97F4A7C15));

    /// <summary>In [low, high).</summary>
    public double Between(double low, double high) => low + (high - low) * Next();

    /// <summary>In [0, count).</summary>
    public int Pick(int count) => (int)(Next() * count);

    public bool Chance(double probability) => Next() < probability;

    private static double ToUnit(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
