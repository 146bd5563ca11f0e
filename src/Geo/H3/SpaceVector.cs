namespace Vantage.Geo.H3;

/// <summary>A vector in space, with the radius of the Earth as one.</summary>
internal readonly record struct SpaceVector(double X, double Y, double Z)
{
    public double Length => Math.Sqrt(Dot(this));

    public double Dot(SpaceVector other) => (X * other.X) + (Y * other.Y) + (Z * other.Z);

    public SpaceVector Cross(SpaceVector other)
        => new((Y * other.Z) - (Z * other.Y), (Z * other.X) - (X * other.Z), (X * other.Y) - (Y * other.X));

    public static SpaceVector operator +(SpaceVector left, SpaceVector right) => new(left.X + right.X, left.Y + right.Y, left.Z + right.Z);

    public static SpaceVector operator -(SpaceVector left, SpaceVector right) => new(left.X - right.X, left.Y - right.Y, left.Z - right.Z);
}
