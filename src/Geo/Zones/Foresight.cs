using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Vantage.Geo.Zones;

/// <summary>Asks for memory before it is read: a hint, which never fails and changes nothing but the time.</summary>
/// <remarks>
/// A processor reads ahead only as far as some hundreds of instructions reach; what is asked for by this does not hold it up.
/// .NET has no such instruction for Arm64: nothing is done there.
/// </remarks>
internal static class Foresight
{
    /// <summary>The line of the cache that an element is in.</summary>
    /// <param name="array">Any.</param>
    /// <param name="index">Of an element, or beyond the last: it is not checked, as the array's length may be far away itself.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Near<T>(T[] array, int index)
        where T : unmanaged
    {
        // Nothing is pinned: should the array be moved meanwhile, the hint is for another place.
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array)) + index);
        }
    }
}
